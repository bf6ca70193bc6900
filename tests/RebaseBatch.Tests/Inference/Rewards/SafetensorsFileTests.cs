using RebaseBatch.Inference.Rewards.Heads;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference.Rewards;

[Fast]
public sealed class SafetensorsFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string At(string name) => Path.Combine(_folder.Path, name);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void Numbers_of_every_type_are_read_from_where_they_lie(string type)
    {
        Safetensors.Write(At("head"), ("before", "F32", [3], [9, 9, 9]), ("w", type, [2, 3], [1, -2, 0.5f, 4, 0, -0.125f]),
            ("after", "F16", [1], [7]));
        using var file = SafetensorsFile.Open(At("head"));
        Assert.Equal([1, -2, 0.5f, 4, 0, -0.125f], file.Read("w", 2, 3));
        Assert.Equal([7], file.Read("after", 1));
    }

    [Fact]
    public void A_layer_multiplies_rows_and_adds_its_biases()
    {
        Safetensors.Write(At("head"), ("l.weight", "F32", [2, 3], [1, 2, 3, 4, 5, 6]), ("l.bias", "BF16", [2], [10, -1]));
        using var file = SafetensorsFile.Open(At("head"));
        var y = new float[2];
        LinearLayer.Read(file, "l", outputs: 2, inputs: 3).Apply([1, 0, -1], y);
        Assert.Equal([8, -3], y);
    }

    [Fact]
    public void A_tensor_that_is_missing_or_of_another_shape_or_type_is_named()
    {
        Safetensors.Write(At("head"), ("w", "F32", [2, 3], [1, 2, 3, 4, 5, 6]), ("whole", "I64", [1], [1, 1]));
        using var file = SafetensorsFile.Open(At("head"));
        Refused(() => file.Read("v", 2, 3), "no tensor 'v'", "w, whole");
        Refused(() => file.Read("w", 3, 2), "[2, 3]", "[3, 2]");
        Refused(() => file.Read("w", 6), "[2, 3]", "[6]");
        Refused(() => file.Read("whole", 1), "I64");
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 8)]
    [InlineData("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,12]}}""", 16)]
    [InlineData("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[-8,8]}}""", 16)]
    public void A_tensor_that_reaches_beyond_its_bytes_is_refused(string header, int bytes)
    {
        Safetensors.WriteRaw(At("head"), header, bytes);
        using var file = SafetensorsFile.Open(At("head"));
        Refused(() => file.Read("w", 4), "does not fill its bytes");
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"F32","shape":[4]}}""")]
    [InlineData("""{"w":{"dtype":"F32","shape":[4],"data_offsets":[0]}}""")]
    [InlineData("""{"w":3}""")]
    [InlineData("""[1]""")]
    [InlineData("""{"w":""")]
    public void A_header_that_is_none_is_refused(string header)
    {
        Safetensors.WriteRaw(At("head"), header, 16);
        Refused(() => SafetensorsFile.Open(At("head")), "header can't be read");
    }

    [Fact]
    public void A_file_that_is_no_head_is_refused()
    {
        File.WriteAllText(At("short"), "abc");
        File.WriteAllText(At("text"), "this is a text and no head at all");
        Refused(() => SafetensorsFile.Open(At("short")), "shorter than a header");
        Refused(() => SafetensorsFile.Open(At("text")), "length of its header");
        Assert.Equal(ExitCode.NotFound, Assert.Throws<UserException>(() => SafetensorsFile.Open(At("none"))).Code);
    }

    static void Refused(Action open, params string[] parts)
    {
        var refused = Assert.Throws<UserException>(open);
        Assert.Equal(ExitCode.ModelUnusable, refused.Code);
        Assert.All(parts, part => Assert.Contains(part, refused.Message, StringComparison.Ordinal));
    }
}
