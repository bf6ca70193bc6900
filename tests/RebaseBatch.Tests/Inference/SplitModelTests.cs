using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Gguf;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;
using Xunit;

namespace RebaseBatch.Tests.Inference;

/// <summary>A model in three files, of which the first holds metadata only.</summary>
public sealed class SplitModelTests : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();
    readonly TinyGguf _file = new(TinyModel.LlamaControls, ["\n\n"]);
    IReadOnlyList<string> _parts = [];
    FileServer _server = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _parts = _file.WriteParts(_folder.Path, "tiny");
        _server = await FileServer.StartAsync([]);
        foreach (var part in _parts) _server.Others[Path.GetFileName(part)] = await File.ReadAllBytesAsync(part, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    static ModelProfile Resolve(string reference) => new ModelCatalog(new Dictionary<string, ModelOptions>()).Resolve(reference);

    static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>What <c>sha256sum tiny-*.gguf | cut -c1-64 | sha256sum</c> says.</summary>
    string Identity => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(_parts.Select(part => Hash(part) + "\n")))));

    ModelLoader Loader => new(
        new() { PolicyThreads = 1, RewardThreads = 1, ContextCells = 512 }, NullLoggerFactory.Instance,
        new(Path.Combine(_folder.Path, "cache"), new(null, new(), TimeProvider.System), TimeProvider.System,
            NullLogger<ModelCache>.Instance));

    string Address(params IEnumerable<string> hashes) =>
        $"{_server.UriOf("m/tiny-00001-of-00003.gguf")}#sha256={string.Join(',', hashes)}";

    [Fact]
    public async Task Identity_and_parameters_are_those_of_all_parts()
    {
        var whole = Path.Combine(_folder.Path, "whole.gguf");
        _file.Write(whole);
        var (model, identity) = await Loader.LoadAsync(Resolve(_parts[0]), Ct);
        using (model)
        {
            Assert.Equal(Identity, identity.Sha256);
            Assert.Equal(Identity, await Resolve(_parts[0]).HashAsync(Ct));
            Assert.Equal(GgufHeader.CountParameters(whole), identity.Parameters);
            Assert.Equal(GgufHeader.CountParameters(whole), GgufHeader.CountParameters(_parts[0]));
        }

        // Other weights behind the same first part are another model.
        new TinyGguf(TinyModel.LlamaControls, ["\n\n"], seed: 2).WriteParts(_folder.Path, "tiny");
        Assert.NotEqual(identity.Sha256, await Resolve(_parts[0]).HashAsync(Ct));
        Assert.Equal(Identity, await Resolve(_parts[0]).HashAsync(Ct));
    }

    [Fact]
    public async Task A_model_of_one_file_keeps_the_hash_of_that_file()
    {
        var whole = Path.Combine(_folder.Path, "whole.gguf");
        _file.Write(whole);
        Assert.Equal(Hash(whole), await Resolve(whole).HashAsync(Ct));
    }

    [Fact]
    public async Task A_head_is_a_part_of_its_models_identity()
    {
        var heads = new[] { _folder.Write("one.safetensors", "one"), _folder.Write("two.safetensors", "two") };
        var hashes = new List<string>();
        foreach (var head in heads)
        {
            var catalog = new ModelCatalog(new Dictionary<string, ModelOptions>
            {
                ["prm"] = new() { Path = _parts[0], Convention = "skywork", Head = head },
            });
            hashes.Add((await catalog.Resolve("prm").HashAsync(Ct))!);
        }

        Assert.Equal(ModelIdentity.OfParts([Identity, Hash(heads[0])]), hashes[0]);
        Assert.NotEqual(hashes[0], hashes[1]);
        File.Delete(heads[1]);
        var gone = new ModelCatalog(new Dictionary<string, ModelOptions>
        {
            ["prm"] = new() { Path = _parts[0], Convention = "skywork", Head = heads[1] },
        });
        Assert.Equal(ExitCode.NotFound, (await Assert.ThrowsAsync<UserException>(() => gone.Resolve("prm").HashAsync(Ct))).Code);
    }

    [Fact]
    public async Task Parts_that_are_missing_or_belong_elsewhere_are_refused()
    {
        await RefusesAsync(_parts[1], "is part 2 of 3 of a split model: name its first part");
        var renamed = Path.Combine(_folder.Path, "renamed.gguf");
        File.Copy(_parts[0], renamed);
        await RefusesAsync(renamed, "name it NAME-00001-of-00003.gguf");
        File.Copy(_parts[1], _parts[2], overwrite: true);
        await RefusesAsync(_parts[0], "is not part 3 of 3: its header says part 2 of 3");
        _file.Write(_parts[2]);
        await RefusesAsync(_parts[0], "is not part 3 of 3: its header says part 1 of 1");
        File.Delete(_parts[2]);
        await RefusesAsync(_parts[0], "part 3 of 3 of a split model is missing");

        static async Task RefusesAsync(string path, string reason) => Assert.Contains(reason,
            (await Assert.ThrowsAsync<UserException>(() => Resolve(path).HashAsync(Ct))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hashes_of_a_file_of_this_machine_may_be_stated_by_part_or_for_the_whole()
    {
        var parts = string.Join(", ", _parts.Select(Hash));
        foreach (var right in (string[])[parts, parts.ToUpperInvariant(), Identity])
            Assert.Equal(Identity, await Stated(right).HashAsync(Ct));
        foreach (var wrong in (string[])[Hash(_parts[0]), string.Join(',', _parts.Reverse().Select(Hash))])
            Assert.Contains("is not the stated one",
                (await Assert.ThrowsAsync<UserException>(() => Stated(wrong).HashAsync(Ct))).Message, StringComparison.Ordinal);

        ModelFile Stated(string sha256) => ModelFile.Of(_parts[0], sha256, ".gguf", "the model", "");
    }

    [Fact]
    public async Task By_its_address_all_parts_are_fetched_each_with_its_hash()
    {
        var profile = Resolve(Address(_parts.Select(Hash)));
        Assert.Equal(Identity, await profile.HashAsync(Ct));
        Assert.False(profile.IsHere);
        var (model, identity) = await Loader.LoadAsync(profile, Ct);
        model.Dispose();
        Assert.Equal(Identity, identity.Sha256);
        Assert.Equal([.. _parts.Select(part => $"/m/{Path.GetFileName(part)}")], _server.Requests.Select(request => request.Path));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(_folder.Path, "cache"), $"{Identity}-*.gguf").Length);
        Assert.True(Loader.Here(profile).IsHere);
        // A part that somebody deleted is fetched again, and no other.
        File.Delete(Path.Combine(_folder.Path, "cache", $"{Identity}-00002-of-00003.gguf"));
        Assert.False(Loader.Here(profile).IsHere);
        await Loader.FetchAsync(profile, Ct);
        Assert.Equal(4, _server.Requests.Count);
    }

    [Fact]
    public async Task An_address_without_the_hash_of_each_part_is_refused()
    {
        var hashes = _parts.Select(Hash).ToList();
        Assert.Contains("is the first of 3 parts of a split model, and 1 SHA-256 value is stated: state 3",
            Assert.Throws<UserException>(() => Resolve(Address(hashes[0]))).Message, StringComparison.Ordinal);
        Assert.Contains("which is part 2 of a split model: name its first part, tiny-00001-of-00003.gguf",
            Assert.Throws<UserException>(() => Resolve(Address(hashes).Replace("-00001-", "-00002-", StringComparison.Ordinal))).Message,
            StringComparison.Ordinal);
        Assert.Contains("which is one file, and 3 SHA-256 values are stated",
            Assert.Throws<UserException>(() => Resolve(Address(hashes).Replace("-00001-of-00003", "", StringComparison.Ordinal))).Message,
            StringComparison.Ordinal);
        var swapped = Resolve(Address(hashes[0], hashes[2], hashes[1]));
        Assert.Contains("00002-of-00003.gguf is not the file that was asked for",
            (await Assert.ThrowsAsync<UserException>(() => Loader.FetchAsync(swapped, Ct))).Message, StringComparison.Ordinal);
    }
}
