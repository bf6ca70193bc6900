using RebaseBatch.Contracts;
using RebaseBatch.Evaluation.Environments;
using Xunit;

namespace RebaseBatch.Tests.Evaluation.Environments;

[Fast]
public sealed class RanOnTests
{
    static readonly RunEnvironment s_usual = SampleEnvironment.Of("a", "r");

    static RanOn Job(int no, params RunEnvironment[] environments) => new($"job {no}", "policy", "prm", environments);

    [Fact]
    public void Results_of_one_environment_and_those_of_which_it_is_not_known_do_not_differ()
    {
        Assert.Empty(RanOn.Differences([Job(1, s_usual), Job(2, s_usual with { Devices = ["CPU: a processor"] }), Job(3)]));
        Assert.Empty(RanOn.Differences([]));
    }

    [Fact]
    public void Every_value_that_differs_is_named_with_the_results_that_have_it()
    {
        var other = s_usual with
        {
            Program = "1.1",
            Runtime = "llama_sharp",
            RuntimeBuild = "2",
            Devices = ["CPU: a processor", "CUDA0: a card"],
            Policy = s_usual.Policy with
            {
                Sha256 = "0123456789abcdef",
                Quantisation = "Q8_0",
                GpuLayers = -1,
                KvCache = "q8_0",
                FlashAttention = true,
                Contexts = 1,
                ThreadsPerCall = 4,
            },
        };
        Assert.Equal(
        [
            "program: 1.0 (job 1, job 2), 1.1 (job 3)", "runtime: llama_cpp (job 1, job 2), llama_sharp (job 3)",
            "runtime build: 1 (commit a) (job 1, job 2), 2 (job 3)",
            "devices: CPU: a processor (job 1, job 2), CPU: a processor + CUDA0: a card (job 3)",
            "weights of policy: a (job 1, job 2), 0123456789ab (job 3)", "quantisation of policy: F16 (job 1, job 2), Q8_0 (job 3)",
            "layers on GPUs of policy: 0 (job 1, job 2), all (job 3)", "KV cache of policy: f16 (job 1, job 2), q8_0 (job 3)",
            "flash attention of policy: off (job 1, job 2), on (job 3)",
            "threads of policy: 8 contexts of 1 (job 1, job 2), 1 context of 4 (job 3)",
        ], RanOn.Differences([Job(1, s_usual), Job(2, s_usual), Job(3, other)]));
    }

    [Fact]
    public void Models_are_compared_with_their_like_only()
    {
        var larger = new RanOn("job 2", "a larger policy", null, [SampleEnvironment.Of("b")]);
        Assert.Empty(RanOn.Differences([Job(1, s_usual), larger]));
        Assert.Equal(["weights of prm: r (job 1), s (job 3)"],
            RanOn.Differences([Job(1, s_usual), larger, Job(3, SampleEnvironment.Of("a", "s"))]));
    }

    [Fact]
    public void A_result_of_two_machines_differs_from_itself()
    {
        var elsewhere = s_usual with { Devices = ["CPU: another"] };
        Assert.Equal(["devices: CPU: a processor (job 1), CPU: another (job 1)"], RanOn.Differences([Job(1, s_usual, elsewhere)]));
    }

    [Fact]
    public void Of_many_results_four_are_named() => Assert.Equal(
        ["program: 1.0 (job 1, job 2, job 3, job 4 and 2 more), 2.0 (job 7)"],
        RanOn.Differences([.. Enumerable.Range(1, 6).Select(no => Job(no, s_usual)), Job(7, s_usual with { Program = "2.0" })]));
}
