using System.CommandLine;
using RebaseBatch.Contracts;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary>The options that make a <see cref="JobSpec"/>. One that is left out keeps the spec's own default.</summary>
sealed class JobSpecOptions
{
    static readonly JobSpec s_default = JobSpec.DefaultsOf(Preset.Corrected);
    static readonly JobSpec s_authors = JobSpec.DefaultsOf(Preset.Authors);

    readonly Option<string?> _policy = Text("--policy", "MODEL", "The policy model, which writes the solutions: a name of 'rebase models list', a GGUF file, or its https address with #sha256=... behind it.")!;
    readonly Option<string?> _reward = Text("--reward", "MODEL", "The process reward model, which scores the steps: likewise. Greedy search needs none, sampling can do without.")!;
    readonly Option<string?> _name = Text("--name", "NAME", "A name for people (default: none).")!;
    readonly Option<Preset?> _preset = EnumOption.Create<Preset>("--preset", "Whose rebase: this program's, or the paper's authors' code with its own defaults, bugs included (default: corrected).");
    readonly Option<SearchStrategy?> _strategy = EnumOption.Create<SearchStrategy>("--strategy", "How a search spends its budget (default: rebase).");
    readonly Option<int?> _width = NumberOption.Whole("--width", $"How many solutions a search may finish, and how many steps mcts may expand, 1 to 256 (default: {s_default.Width}; 1 for greedy).");
    readonly Option<int?> _beamWidth = NumberOption.Whole("--beam-width", $"For beam and dvts: children of each step that is kept, so that one in so many is (default: {s_default.BeamWidth}).");
    readonly Option<double?> _uct = NumberOption.Real("--uct", $"For mcts: weight of exploration, 0 to 100 (default: {s_default.UctConstant:F1}).");
    readonly Option<Allocation?> _allocation = EnumOption.Create<Allocation>("--allocation", "How shares of the budget become whole children: the authors' code, or the paper's formula (default: ceil).");
    readonly Option<double?> _temperature = NumberOption.Real("--temperature", $"Sampling temperature of the policy, 0 to 10 (default: {s_default.Temperature:F1}).");
    readonly Option<int?> _topK = NumberOption.Whole("--top-k", "Draw only from the so many likeliest tokens at the job's temperature; 0 is off (default: 0).");
    readonly Option<double?> _topP = NumberOption.Real("--top-p", "Draw only from the likeliest tokens that together hold this share of what top-k leaves; 1 is off (default: 1).");
    readonly Option<double?> _minP = NumberOption.Real("--min-p", "Draw only from tokens at least this share as likely as the likeliest; 0 is off (default: 0).");
    readonly Option<double?> _balance = NumberOption.Real("--balance-temperature", $"Temperature of the softmax over step scores that deals the budget; higher is more even (default: {s_default.BalanceTemperature}; {s_authors.BalanceTemperature} for the authors' preset).");
    readonly Option<ScoreAggregation?> _aggregation = EnumOption.Create<ScoreAggregation>("--aggregation", "How step scores become the solution's score in the job's own answer; all are computed (default: last).");
    readonly Option<VotingMethod?> _voting = EnumOption.Create<VotingMethod>("--voting", "Which vote gives the job's own answer; all are computed (default: weighted; majority for an unscored search).");
    readonly Option<int?> _stepTokens = NumberOption.Whole("--max-step-tokens", $"Longest step, in tokens (default: {s_default.MaxStepTokens}).");
    readonly Option<int?> _solutionTokens = NumberOption.Whole("--max-solution-tokens", $"Longest solution, in tokens (default: {s_default.MaxSolutionTokens}; {s_authors.MaxSolutionTokens} for the authors' preset).");
    readonly Option<int?> _depth = NumberOption.Whole("--max-depth", $"Most steps of a solution (default: {s_default.MaxDepth}).");
    readonly Option<long?> _problemTokens = NumberOption.Long("--max-tokens-per-problem", "Most tokens sampled for one problem; what has finished by then votes (default: no limit).");
    readonly Option<double?> _problemFlops = NumberOption.Real("--max-flops-per-problem", "Most operations of the policy for one problem, 2 x parameters x sampled tokens (default: no limit).");
    readonly Option<double?> _problemSeconds = NumberOption.Real("--max-seconds-per-problem", "Most seconds of search for one problem (default: no limit).");
    readonly Option<long?> _jobTokens = NumberOption.Long("--max-tokens-per-job", "Most tokens sampled for all problems together, over all workers; what has finished by then votes, and problems not yet begun get no answer (default: no limit).");
    readonly Option<double?> _jobFlops = NumberOption.Real("--max-flops-per-job", "Most operations of the policy for all problems together, 2 x parameters x sampled tokens; likewise (default: no limit).");
    readonly Option<double?> _jobSeconds = NumberOption.Real("--max-device-seconds-per-job", "Most seconds that the two models decode for all problems together, added up over workers, without downtime and waiting; likewise (default: no limit).");
    readonly Option<bool> _whenDecided = new("--stop-when-decided") { Description = "End a search as soon as nothing that can still finish changes the job's own answer; the other votes count what has finished by then (default: off)." };
    readonly Option<DateTimeOffset?> _deadline = new("--deadline") { Description = "From this moment on no further steps are begun and what has finished votes, such as 2026-11-21T07:00+01:00 (default: none).", HelpName = "TIME" };
    readonly Option<int?> _batchSize = NumberOption.Whole("--batch-size", $"Problems per batch, the unit that a worker takes (default: {s_default.BatchSize}).");
    readonly Option<int?> _attempts = NumberOption.Whole("--max-attempts", $"How often a batch may be tried before its problems count as failed (default: {s_default.MaxAttempts}).");
    readonly Option<long?> _seed = NumberOption.Long("--seed", "Seed of the random numbers (default: 0). The same seed draws the same numbers; what shares a decode call still moves the logits a little, so that a text may differ.");

    Option[] All =>
    [
        _policy, _reward, _preset, _strategy, _width, _beamWidth, _uct, _allocation, _temperature, _topK, _topP, _minP, _balance, _aggregation, _voting,
        _stepTokens, _solutionTokens, _depth, _problemTokens, _problemFlops, _problemSeconds, _jobTokens, _jobFlops, _jobSeconds, _whenDecided, _deadline, _batchSize, _attempts, _seed, _name,
    ];

    public void AddTo(Command command)
    {
        foreach (var option in All) command.Add(option);
    }

    /// <summary>The names of those that the command line gives.</summary>
    public IEnumerable<string> Given(ParseResult parsed) => All.Where(option => parsed.GetResult(option) is { Implicit: false }).Select(option => option.Name);

    /// <param name="folder">What relative model paths are relative to: the worker runs elsewhere.</param>
    /// <exception cref="UserException">BadInput, a line for each fault.</exception>
    public JobSpec Read(ParseResult parsed, string folder)
    {
        var reward = parsed.GetValue(_reward);
        var strategy = parsed.GetValue(_strategy) ?? s_default.Strategy;
        var preset = JobSpec.DefaultsOf(parsed.GetValue(_preset) ?? s_default.Preset, strategy, scored: reward is not null || strategy is not SearchStrategy.Sampling);
        var spec = new JobSpec
        {
            Name = parsed.GetValue(_name) ?? preset.Name,
            Policy = Model(parsed.GetValue(_policy) ?? "", folder),
            Reward = reward is null ? null : Model(reward, folder),
            Preset = preset.Preset,
            Strategy = preset.Strategy,
            Width = parsed.GetValue(_width) ?? preset.Width,
            BeamWidth = parsed.GetValue(_beamWidth) ?? preset.BeamWidth,
            UctConstant = parsed.GetValue(_uct) ?? preset.UctConstant,
            Allocation = parsed.GetValue(_allocation) ?? preset.Allocation,
            Temperature = parsed.GetValue(_temperature) ?? preset.Temperature,
            TopK = parsed.GetValue(_topK) ?? preset.TopK,
            TopP = parsed.GetValue(_topP) ?? preset.TopP,
            MinP = parsed.GetValue(_minP) ?? preset.MinP,
            BalanceTemperature = parsed.GetValue(_balance) ?? preset.BalanceTemperature,
            Aggregation = parsed.GetValue(_aggregation) ?? preset.Aggregation,
            Voting = parsed.GetValue(_voting) ?? preset.Voting,
            MaxStepTokens = parsed.GetValue(_stepTokens) ?? preset.MaxStepTokens,
            MaxSolutionTokens = parsed.GetValue(_solutionTokens) ?? preset.MaxSolutionTokens,
            MaxDepth = parsed.GetValue(_depth) ?? preset.MaxDepth,
            MaxTokensPerProblem = parsed.GetValue(_problemTokens),
            MaxFlopsPerProblem = parsed.GetValue(_problemFlops),
            MaxSecondsPerProblem = parsed.GetValue(_problemSeconds),
            MaxTokensPerJob = parsed.GetValue(_jobTokens),
            MaxFlopsPerJob = parsed.GetValue(_jobFlops),
            MaxDeviceSecondsPerJob = parsed.GetValue(_jobSeconds),
            StopWhenDecided = parsed.GetValue(_whenDecided),
            Deadline = parsed.GetValue(_deadline),
            BatchSize = parsed.GetValue(_batchSize) ?? preset.BatchSize,
            MaxAttempts = parsed.GetValue(_attempts) ?? preset.MaxAttempts,
            Seed = parsed.GetValue(_seed) ?? preset.Seed,
        };
        if (spec.Faults().ToList() is { Count: > 0 } faults)
            throw new UserException(ExitCode.BadInput, string.Join('\n', faults.Select(fault => $"--{fault}")));
        return spec;
    }

    /// <summary>The whole path of a file that lies there, else the name.</summary>
    public static string Model(string nameOrPath, string folder) => nameOrPath.Length > 0 && Path.GetFullPath(nameOrPath, folder) is var path && File.Exists(path) ? path : nameOrPath;

    static Option<string> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
