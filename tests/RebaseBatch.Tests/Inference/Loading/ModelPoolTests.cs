using Microsoft.Extensions.Logging.Abstractions;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Errors;
using Xunit;

namespace RebaseBatch.Tests.Inference.Loading;

public sealed class ModelPoolTests
{
    static ModelPool Pool(int most = 4)
    {
        var options = new InferenceOptions { MaxLoadedModels = most, PolicyThreads = 1, RewardThreads = 1, ContextCells = 512 };
        return new(new(new Dictionary<string, RebaseBatch.Inference.Catalog.ModelOptions>()),
            new(options, NullLoggerFactory.Instance), options);
    }

    [Fact]
    public async Task Two_batches_share_a_loaded_model()
    {
        await using var pool = Pool();
        using var first = await pool.AcquireAsync("tiny-math-policy-s", "tiny-math-prm", default);
        using var second = await pool.AcquireAsync("tiny-math-policy-s", null, default);
        Assert.Same(first.Policy, second.Policy);
        Assert.NotNull(first.Reward);
        Assert.Null(second.Reward);
    }

    [Fact]
    public async Task An_idle_model_is_unloaded_for_the_one_that_is_needed()
    {
        await using var pool = Pool(most: 1);
        var first = await pool.AcquireAsync("tiny-math-policy-s", null, default);
        first.Dispose();
        using var second = await pool.AcquireAsync("tiny-math-policy-m", null, default);
        Assert.False(first.Policy.IsAlive);
        Assert.True(second.Policy.IsAlive);
    }

    [Fact]
    public async Task A_model_in_use_stays_whatever_else_is_loaded()
    {
        await using var pool = Pool(most: 1);
        using var first = await pool.AcquireAsync("tiny-math-policy-s", null, default);
        using (await pool.AcquireAsync("tiny-math-policy-m", null, default)) Assert.True(first.Policy.IsAlive);
        Assert.True(first.Policy.IsAlive);
    }

    [Fact]
    public async Task A_model_whose_file_was_replaced_is_loaded_anew_and_one_whose_file_is_gone_serves_on()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "m.gguf");
        File.Copy(Models.PathOf("tiny-math-policy-s"), path);
        await using var pool = Pool();
        using var first = await pool.AcquireAsync(path, null, default);
        // As a deployment does it: llama.cpp has the old file mapped, so nobody writes into it.
        File.Copy(Models.PathOf("tiny-math-policy-m"), $"{path}.new");
        File.Move($"{path}.new", path, overwrite: true);
        using var second = await pool.AcquireAsync(path, null, default);
        Assert.Equal(BundledFile.Sha256("tiny-math-policy-m"), second.Policy.Identity.Sha256);
        Assert.Equal(BundledFile.Sha256("tiny-math-policy-s"), first.Policy.Identity.Sha256);
        Assert.True(first.Policy.IsAlive);
        Assert.Equal(second.Policy.Identity.Sha256, second.Environment.Policy.Sha256);

        File.Delete(path);
        using var third = await pool.AcquireAsync(path, null, default);
        Assert.Same(second.Policy, third.Policy);
    }

    [Fact]
    public async Task A_model_whose_engine_has_stopped_is_loaded_anew()
    {
        await using var pool = Pool();
        using var broken = await pool.AcquireAsync("tiny-math-policy-s", null, default);
        broken.Policy.Sampler.Dispose();
        using var fresh = await pool.AcquireAsync("tiny-math-policy-s", null, default);
        Assert.True(fresh.Policy.IsAlive);
    }

    [Fact]
    public async Task A_model_whose_engine_has_stopped_stays_for_the_batches_that_have_it()
    {
        await using var pool = Pool();
        var (first, second) =
            (await pool.AcquireAsync("tiny-math-policy-s", null, default), await pool.AcquireAsync("tiny-math-policy-s", null, default));
        var model = first.Policy.Sampler.Model;
        first.Policy.Sampler.Dispose();
        Assert.Contains("tiny-math-policy-s", pool.Fault, StringComparison.Ordinal);
        Assert.Empty(pool.Loaded);

        using var fresh = await pool.AcquireAsync("tiny-math-policy-s", null, default);
        Assert.Null(pool.Fault);
        Assert.Same(fresh.Policy, Assert.Single(pool.Loaded));
        first.Dispose();
        Assert.NotEmpty(model.Tokenize("1", false, false));
        second.Dispose();
        Assert.True(fresh.Policy.IsAlive);
    }

    [Fact]
    public async Task A_load_goes_on_when_nobody_waits_for_it_any_more()
    {
        await using var pool = Pool();
        using var cancelled = new CancellationTokenSource();
        var waiting = pool.AcquireAsync("tiny-math-policy-s", null, cancelled.Token);
        await cancelled.CancelAsync();
        try
        {
            (await waiting).Dispose();
        }
        catch (OperationCanceledException)
        {
            // It may have been loaded before.
        }

        await Eventually.TrueAsync(() => pool.Loaded.Count == 1);
        using var lease = await pool.AcquireAsync("tiny-math-policy-s", null, default);
        Assert.Same(lease.Policy, Assert.Single(pool.Loaded));
    }

    [Fact]
    public async Task A_model_is_not_taken_for_what_it_is_not()
    {
        await using var pool = Pool();
        Assert.Equal(("tiny-math-prm", false, ExitCode.BadInput), await LackAsync("tiny-math-prm", null));
        Assert.Equal(("tiny-math-policy-m", true, ExitCode.BadInput), await LackAsync("tiny-math-policy-s", "tiny-math-policy-m"));
        Assert.Equal(("unheard-of", true, ExitCode.NotFound), await LackAsync("tiny-math-policy-s", "unheard-of"));

        async Task<(string? Model, bool IsReward, ExitCode? Code)> LackAsync(string policy, string? reward)
        {
            var lack = await Assert.ThrowsAsync<MachineFaultException>(() => pool.AcquireAsync(policy, reward, default));
            return (lack.Model, lack.IsReward, (lack.InnerException as UserException)?.Code);
        }
    }

    [Fact]
    public async Task A_load_that_failed_is_tried_again()
    {
        await using var pool = Pool();
        for (var i = 0; i < 2; i++)
        {
            var lack = await Assert.ThrowsAsync<MachineFaultException>(() => pool.AcquireAsync("/no/such.gguf", null, default));
            Assert.Equal(ExitCode.NotFound, Assert.IsType<UserException>(lack.InnerException).Code);
        }
    }
}
