namespace RebaseBatch.Contracts;

/// <summary>
/// What a job asks for: two models, a strategy and its budget. Stored with the job. From then on only its priority, its team, its needs,
/// its limits for the whole job and its deadline can change.
/// </summary>
public sealed record JobSpec
{
    /// <summary>A name for people; not unique.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// The policy model: a catalog name, the path of a GGUF file, or its https address, followed by <c>#sha256=</c> and 64 hex digits.
    /// </summary>
    public required string Policy { get; init; }

    /// <summary>
    /// The process reward model, in the same forms. Null only when nothing needs a score: for greedy search, and for sampling with majority
    /// votes only.
    /// </summary>
    public string? Reward { get; init; }

    /// <summary>
    /// Which rules apply where the authors' code and this program differ. It does not change the values below:
    /// <see cref="DefaultsOf(Preset)"/> gives a preset's values.
    /// </summary>
    public Preset Preset { get; init; } = Preset.Corrected;

    /// <summary>How a search spends its budget.</summary>
    public SearchStrategy Strategy { get; init; } = SearchStrategy.Rebase;

    /// <summary>
    /// N of the paper: how many solutions a search may finish, and for MCTS and BG-MCTS also how many expansions it may make. 1 to 256.
    /// </summary>
    public int Width { get; init; } = 16;

    /// <summary>
    /// M of beam search and DVTS: the children of a kept node. One node in M is kept. From 1 to the width, which for DVTS must be a
    /// multiple of it. The default is 4, as in arXiv 2408.03314 and later work.
    /// </summary>
    public int BeamWidth { get; init; } = 4;

    /// <summary>
    /// For beam search: how many steps at temperature 0 each candidate is rolled out before the reward model judges it, by the end of that
    /// rollout (arXiv 2408.03314). 0 to 20; 0 judges the candidate itself.
    /// </summary>
    public int Lookahead { get; init; }

    /// <summary>
    /// For beam search and REBASE: one step in how many is scored and decides how the search goes on (arXiv 2505.11730). A step that ends
    /// a solution is always scored. 1 to 100.
    /// </summary>
    public int ScoreEvery { get; init; } = 1;

    /// <summary>C of MCTS: the weight of exploration in UCT. 0 to 100; 1 as in the paper.</summary>
    public double UctConstant { get; init; } = 1.0;

    /// <summary>For DORA: which steps say the same.</summary>
    public DirectionKey DoraKey { get; init; } = DirectionKey.Equations;

    /// <summary>
    /// For DORA: the model that embeds each open solution so far, in the forms of <see cref="Policy"/>. Null: no embeddings. To name one
    /// selects <see cref="DirectionKey.Embedding"/>.
    /// </summary>
    public string? EmbeddingModel { get; init; }

    /// <summary>
    /// T_s of DORA (arXiv 2506.15707, equation 10): temperature of the softmax over the cosines of embeddings. 0.0001 to 100; the paper has
    /// 0.01, where a text at cosine 0.95 counts 0.007 of an equal one.
    /// </summary>
    public double DoraTemperature { get; init; } = 0.01;

    /// <summary>
    /// For particle filtering: whether early levels whose weights lie on few particles are dealt more evenly (arXiv 2510.05825).
    /// </summary>
    public bool Annealing { get; init; }

    /// <summary>How REBASE turns shares of the budget into whole children.</summary>
    public Allocation Allocation { get; init; } = Allocation.Ceil;

    /// <summary>Sampling temperature of the policy; 0 is greedy.</summary>
    public double Temperature { get; init; } = 1.0;

    /// <summary>
    /// Sampling draws only from this many of the likeliest tokens at the job's temperature; 0 is off. It applies before top-p and min-p.
    /// 0 to 1,000,000.
    /// </summary>
    public int TopK { get; init; }

    /// <summary>
    /// Sampling draws only from the likeliest tokens that together have this share of the probability that top-k leaves. Above 0; 1 is off.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>
    /// Sampling draws only from tokens whose probability is at least this share of the likeliest token's. 0 to 1; 0 is off.
    /// </summary>
    public double MinP { get; init; }

    /// <summary>T_b of the paper: temperature of the softmax that divides the budget. Above 0.</summary>
    public double BalanceTemperature { get; init; } = 0.1;

    /// <summary>Which aggregation of step scores the job's own answer uses; all are computed.</summary>
    public ScoreAggregation Aggregation { get; init; } = ScoreAggregation.Last;

    /// <summary>Which vote gives the job's own answer; all are computed.</summary>
    public VotingMethod Voting { get; init; } = VotingMethod.Weighted;

    /// <summary>
    /// The only form in which solutions state their answers, as a regular expression (<see cref="Contracts.AnswerPattern"/>); null: all
    /// forms that the program knows.
    /// </summary>
    public string? AnswerPattern { get; init; }

    /// <summary>
    /// How far an answer may be from a numeric right answer, from 0 on: the absolute difference. For problems whose dataset states none of
    /// its own. It changes verdicts and no vote. Null is no tolerance.
    /// </summary>
    public double? Tolerance { get; init; }

    /// <summary>Longest step, in tokens. A step that reaches this length ends.</summary>
    public int MaxStepTokens { get; init; } = 256;

    /// <summary>Longest solution, in tokens of all its steps, without the prompt.</summary>
    public int MaxSolutionTokens { get; init; } = 1024;

    /// <summary>Most steps of a solution.</summary>
    public int MaxDepth { get; init; } = 25;

    /// <summary>Most tokens that the search of one problem may sample, checked before each wave of steps. Null is no limit.</summary>
    public long? MaxTokensPerProblem { get; init; }

    /// <summary>Most operations of the policy for one problem, 2 × parameters × sampled tokens; checked in the same way.</summary>
    public double? MaxFlopsPerProblem { get; init; }

    /// <summary>Most seconds that the search of one problem may be active; checked in the same way.</summary>
    public double? MaxSecondsPerProblem { get; init; }

    /// <summary>
    /// Most tokens that all searches of the job together may sample, over all workers and attempts, checked before each wave. Solutions
    /// that are finished by then vote, and a search that has not begun ends without an answer. Null is no limit.
    /// </summary>
    public long? MaxTokensPerJob { get; init; }

    /// <summary>Most operations of the policy for the whole job, 2 × parameters × sampled tokens; checked in the same way.</summary>
    public double? MaxFlopsPerJob { get; init; }

    /// <summary>
    /// Most seconds that the two models may decode for the whole job, added up over both models and all workers; checked in the same way.
    /// It measures use: neither downtime nor waiting counts. A model on a server adds nothing. To limit wall time, set the deadline.
    /// </summary>
    public double? MaxDeviceSecondsPerJob { get; init; }

    /// <summary>
    /// Whether a search ends as soon as no further solution can change the job's own answer. The other votes then count the solutions that
    /// are finished by that time. Not with best-of-n, where the next solution can always be the best.
    /// </summary>
    public bool StopWhenDecided { get; init; }

    /// <summary>
    /// For sampling with the majority vote: the search ends when the leading answer is the majority's with this probability
    /// (arXiv 2305.11860), and samples a few solutions at a time until then. This may change the answer. Above 0.5, below 1; null is off.
    /// </summary>
    public double? StopAtConfidence { get; init; }

    /// <summary>After this moment no further wave begins, and the finished solutions vote.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// How many days after the job's end its stored steps stay, 0 to 36500; null: as the workers' setting says. Answers and usage stay.
    /// </summary>
    public int? KeepNodesDays { get; init; }

    /// <summary>Problems of a batch, which is what a worker leases.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// How many attempts in a row may fail without storing a step before the batch is discarded. An attempt that stored a step counts as
    /// useful, however it ended. Any batch has at most four times this many attempts.
    /// </summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>
    /// Workers take batches of a higher priority first, -100 to 100. What waits gains a point each minute that it gets nothing.
    /// </summary>
    public int Priority { get; init; }

    /// <summary>
    /// The team that the job counts for: teams share the workers by their weights. Null: the team of all jobs without one.
    /// </summary>
    public string? Team { get; init; }

    /// <summary>The labels that a worker must have to take the job's batches. Null: none.</summary>
    public LabelSet? Needs { get; init; }

    /// <summary>Longest name of a team, in characters.</summary>
    public const int LongestTeam = 100;

    /// <summary>Seed of the job's counter-based random numbers.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// The values of a preset, without models. The authors' values come from their rebase.yaml and rebase.py: T_b is 0.2 instead of the
    /// paper's 0.1, and the only limit of a solution is 25 steps of 256 tokens, because their max_tokens of 1,024 compares the tokens of a
    /// single step.
    /// </summary>
    public static JobSpec DefaultsOf(Preset preset) => preset switch
    {
        Preset.Authors => new()
        {
            Policy = "", Preset = preset, BalanceTemperature = 0.2, MaxStepTokens = 256, MaxDepth = 25, MaxSolutionTokens = 25 * 256,
        },
        _ => new() { Policy = "", Preset = preset },
    };

    /// <summary>
    /// As <see cref="DefaultsOf(Preset)"/>, for a strategy: greedy search has one chain at temperature 0, and an unscored search has no
    /// weights to vote with.
    /// </summary>
    public static JobSpec DefaultsOf(Preset preset, SearchStrategy strategy, bool scored)
    {
        var spec = DefaultsOf(preset) with { Strategy = strategy };
        if (!scored) spec = spec with { Voting = VotingMethod.Majority };
        return strategy is SearchStrategy.Greedy ? spec with { Width = 1, Temperature = 0, Voting = VotingMethod.Majority } : spec;
    }

    /// <summary>Every reason why this spec can't be run, empty when it can.</summary>
    public IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(Policy)) yield return "policy: name a policy model";
        foreach (var fault in ModelReference.Faults("policy", Policy).Concat(Reward is null ? [] : ModelReference.Faults("reward", Reward)))
            yield return fault;
        if (Reward is null && Strategy is not (SearchStrategy.Greedy or SearchStrategy.Sampling))
            yield return $"reward: the strategy {StoredNames.Of(Strategy)} needs a reward model";
        if (Reward is not null && Strategy is SearchStrategy.Greedy) yield return "reward: greedy search scores nothing, so leave it out";
        if (Preset is Preset.Authors && Strategy is not SearchStrategy.Rebase)
            yield return $"preset: the authors' code is reproduced for the strategy rebase only, not for {StoredNames.Of(Strategy)}";
        if (Width is < 1 or > 256) yield return $"width: {Width} is not within 1 to 256";
        if (Strategy is SearchStrategy.Greedy && Width != 1) yield return "width: greedy search has width 1";
        if (Strategy is SearchStrategy.Beam or SearchStrategy.Dvts)
        {
            if (BeamWidth < 1 || BeamWidth > Width) yield return $"beam-width: {BeamWidth} is not within 1 to the width, {Width}";
            else if (Strategy is SearchStrategy.Dvts && Width % BeamWidth != 0)
                yield return $"beam-width: {BeamWidth} does not divide the width, {Width}, into whole subtrees";
        }
        foreach (var fault in StepFaults.Of(this)) yield return fault;
        if (Strategy is SearchStrategy.Mcts && !(UctConstant >= 0 && UctConstant <= 100))
            yield return $"uct: {UctConstant} is not within 0 to 100";
        foreach (var fault in DoraRules.Faults(this)) yield return fault;
        if (!(Temperature >= 0 && Temperature <= 10)) yield return $"temperature: {Temperature} is not within 0 to 10";
        if (TopK is < 0 or > 1_000_000) yield return $"top-k: {TopK} is not within 0 to 1000000";
        if (!(TopP > 0 && TopP <= 1)) yield return $"top-p: {TopP} is not above 0 and at most 1";
        if (!(MinP >= 0 && MinP <= 1)) yield return $"min-p: {MinP} is not within 0 to 1";
        if (!(BalanceTemperature >= 1e-4 && BalanceTemperature <= 1e4))
            yield return $"balance-temperature: {BalanceTemperature} is not within 0.0001 to 10000";
        if (AnswerPattern is not null && Contracts.AnswerPattern.FaultOf(AnswerPattern) is { } pattern)
            yield return $"answer-pattern: {pattern}";
        if (AnswerPattern is not null && Preset is Preset.Authors)
            yield return "answer-pattern: the authors' code finds answers in its own way: leave out --answer-pattern or --preset authors";
        if (Tolerance is { } tolerance && !(tolerance >= 0 && tolerance <= 1e12))
            yield return $"tolerance: {tolerance} is not within 0 to 1e12";
        if (Tolerance is not null && Preset is Preset.Authors)
            yield return "tolerance: the authors' code compares answers in its own way: leave out --tolerance or --preset authors";
        if (MaxStepTokens is < 1 or > 65_536) yield return $"max-step-tokens: {MaxStepTokens} is not within 1 to 65536";
        if (MaxSolutionTokens is < 1 or > 1_048_576) yield return $"max-solution-tokens: {MaxSolutionTokens} is not within 1 to 1048576";
        if (MaxDepth is < 1 or > 1000) yield return $"max-depth: {MaxDepth} is not within 1 to 1000";
        if (MaxTokensPerProblem is < 1) yield return $"max-tokens-per-problem: {MaxTokensPerProblem} is not at least 1";
        if (MaxFlopsPerProblem is { } flops && !(flops > 0)) yield return $"max-flops-per-problem: {flops} is not above 0";
        if (MaxSecondsPerProblem is { } seconds && !(seconds > 0)) yield return $"max-seconds-per-problem: {seconds} is not above 0";
        if (MaxTokensPerJob is < 1) yield return $"max-tokens-per-job: {MaxTokensPerJob} is not at least 1";
        if (MaxFlopsPerJob is { } jobFlops && !(jobFlops > 0)) yield return $"max-flops-per-job: {jobFlops} is not above 0";
        if (MaxDeviceSecondsPerJob is { } jobSeconds && !(jobSeconds > 0))
            yield return $"max-device-seconds-per-job: {jobSeconds} is not above 0";
        if (StopWhenDecided && Preset is Preset.Authors)
            yield return "stop-when-decided: the authors' votes can change with any further candidate, "
                + "because their classes overlap: leave out --stop-when-decided or --preset authors";
        if (StopWhenDecided && Voting is VotingMethod.BestOfN)
            yield return "stop-when-decided: best-of-n is never decided early: "
                + "leave out --stop-when-decided, or vote by weight or majority";
        if (StopAtConfidence is { } confidence)
        {
            if (!(confidence > 0.5 && confidence < 1)) yield return $"stop-at-confidence: {confidence} is not above 0.5 and below 1";
            if (Strategy is not SearchStrategy.Sampling)
                yield return $"stop-at-confidence: it is for the strategy sampling only, not for {StoredNames.Of(Strategy)}";
            else if (Voting is not VotingMethod.Majority)
                yield return "stop-at-confidence: the confidence is that of the majority vote: add --voting majority";
        }
        if (KeepNodesDays is < 0 or > 36_500) yield return $"keep-nodes-days: {KeepNodesDays} is not within 0 to 36500";
        if (BatchSize is < 1 or > 10_000) yield return $"batch-size: {BatchSize} is not within 1 to 10000";
        if (Priority is < -100 or > 100) yield return $"priority: {Priority} is not within -100 to 100";
        if (Team is not null && TeamFault(Team) is { } team) yield return $"team: {team}";
        if (MaxAttempts is < 1 or > 100) yield return $"max-attempts: {MaxAttempts} is not within 1 to 100";
    }

    /// <summary>Why no team can have this name; null if one can.</summary>
    public static string? TeamFault(string name) =>
        string.IsNullOrWhiteSpace(name) ? "the name is empty; leave it out for a job without a team"
        : name.Length > LongestTeam ? $"the name has {name.Length} characters, and {LongestTeam} is the most"
        : NameRule.FaultOf(name);
}
