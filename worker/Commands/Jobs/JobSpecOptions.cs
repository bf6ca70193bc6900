using System.CommandLine;
using System.Text.Json.Nodes;
using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Jobs;

/// <summary>
/// The options that give a job's settings. A setting whose option is left out has the default of its preset and strategy.
/// </summary>
sealed class JobSpecOptions
{
    static readonly JobSpec s_default = JobSpec.DefaultsOf(Preset.Corrected);
    static readonly JobSpec s_authors = JobSpec.DefaultsOf(Preset.Authors);

    readonly IReadOnlyList<SettingOption> _options =
    [
        Text("policy", "--policy", "MODEL",
            "The policy model, which writes the solutions. A name from 'rebase models list', a GGUF file, or an https address that ends "
                + "with #sha256=..."),
        Text("reward", "--reward", "MODEL",
            "The process reward model, which scores the steps. Given as for --policy. Greedy search uses none; sampling can run without "
                + "one."),
        Enumeration<Preset>("preset", "--preset",
            "Which REBASE to run: 'corrected' is this program's own; 'authors' reproduces the code of the paper's authors, with its "
                + "defaults and its bugs (default: corrected)."),
        Enumeration<SearchStrategy>("strategy", "--strategy", "How a search spends its sampling budget (default: rebase)."),
        Whole("width", "--width",
            "How many solutions a search may finish; for mcts and bg-mcts also how many steps it may expand. 1 to 256 (default: "
                + $"{s_default.Width}; 1 for greedy)."),
        Whole("beam_width", "--beam-width",
            $"For beam and dvts: how many children each kept step gets. One of every N steps is kept (default: {s_default.BeamWidth})."),
        Whole("lookahead", "--lookahead",
            "For beam: judge each step by the end of a rollout of so many further steps at temperature 0. The rollouts cost tokens, and "
                + "they do not vote. 0 to 20 (default: 0)."),
        Whole("score_every", "--score-every",
            "For rebase and beam: score only one step in so many, and each step that ends a solution. The search decides only at scored "
                + "steps. 1 to 100 (default: 1)."),
        Real("uct_constant", "--uct", $"For mcts: the weight of exploration, 0 to 100 (default: {s_default.UctConstant:F1})."),
        Enumeration<DirectionKey>("dora_key", "--dora-key",
            "For dora: which steps share what one of them would get. 'equations': those with the same equations and numbers; 'step': those "
                + "with the same words; 'embedding': as near as --embedding-model says (default: equations)."),
        Text("embedding_model", "--embedding-model", "MODEL",
            "For dora: a third model, whose embeddings of the solutions so far say which of them are alike, as in the paper. Given as for "
                + "--policy; any GGUF file that llama.cpp can embed with. It selects --dora-key embedding (default: none)."),
        Real("dora_temperature", "--dora-temperature",
            "For dora with an embedding model: temperature of the softmax over cosines. A higher value takes more solutions for alike "
                + $"(default: {s_default.DoraTemperature})."),
        SettingOption.Of("annealing", new Option<bool>("--annealing")
        {
            Description = "For particles: deal early steps more evenly while a few of them have most of the weight (default: off).",
        }),
        Enumeration<Allocation>("allocation", "--allocation",
            "How shares of the budget become whole numbers of children: 'ceil' as in the authors' code, 'round' as in the paper's formula "
                + "(default: ceil)."),
        Real("temperature", "--temperature", $"The policy's sampling temperature, 0 to 10 (default: {s_default.Temperature:F1})."),
        Whole("top_k", "--top-k", "Sample only from the N most likely tokens at the job's temperature. 0 turns this off (default: 0)."),
        Real("top_p", "--top-p",
            "Of the tokens that --top-k leaves, sample only from the most likely ones that together have probability X. 1 turns this off "
                + "(default: 1)."),
        Real("min_p", "--min-p",
            "Sample only from tokens with at least X times the probability of the most likely token. 0 turns this off (default: 0)."),
        Real("balance_temperature", "--balance-temperature",
            "Temperature of the softmax over step scores that divides the budget. A higher value divides it more evenly (default: "
                + $"{s_default.BalanceTemperature}; {s_authors.BalanceTemperature} for the authors' preset)."),
        Enumeration<ScoreAggregation>("aggregation", "--aggregation",
            "How the scores of a solution's steps become its score, for the job's own answer. The results show every aggregation (default: "
                + "last)."),
        Enumeration<VotingMethod>("voting", "--voting",
            "Which vote gives the job's own answer. The results show every vote (default: weighted; majority for a search without "
                + "scores)."),
        Text("answer_pattern", "--answer-pattern", "REGEX",
            "The form in which the policy states its answers, as a .NET regular expression without back references and lookarounds. The "
                + "group named 'answer', else the first group, else the whole match is the answer; the last match counts. Answers in other "
                + "forms then do not count (default: all usual forms, see docs/grading.md)."),
        Real("tolerance", "--tolerance",
            "How far an answer may be from a right answer that is a number: the absolute difference. The dataset's own tolerances come "
                + "first (default: no tolerance)."),
        Whole("max_step_tokens", "--max-step-tokens", $"Maximum length of a step, in tokens (default: {s_default.MaxStepTokens})."),
        Whole("max_solution_tokens", "--max-solution-tokens",
            $"Maximum length of a solution, in tokens (default: {s_default.MaxSolutionTokens}; {s_authors.MaxSolutionTokens} for the "
                + "authors' preset)."),
        Whole("max_depth", "--max-depth", $"Maximum number of steps in a solution (default: {s_default.MaxDepth})."),
        Long("max_tokens_per_problem", "--max-tokens-per-problem",
            "Maximum number of tokens sampled for one problem. When it is reached, the finished solutions vote (default: no limit)."),
        Real("max_flops_per_problem", "--max-flops-per-problem",
            "Maximum FLOPs of the policy for one problem: 2 x parameters x sampled tokens. When it is reached, the finished solutions vote "
                + "(default: no limit)."),
        Real("max_seconds_per_problem", "--max-seconds-per-problem",
            "Maximum seconds of search for one problem. When it is reached, the finished solutions vote (default: no limit)."),
        Long("max_tokens_per_job", "--max-tokens-per-job",
            "Maximum number of tokens sampled for all problems together, over all workers. When it is reached, the finished solutions "
                + "vote, and problems that have not started get no answer (default: no limit)."),
        Real("max_flops_per_job", "--max-flops-per-job",
            "Maximum FLOPs of the policy for all problems together: 2 x parameters x sampled tokens. Works like --max-tokens-per-job "
                + "(default: no limit)."),
        Real("max_device_seconds_per_job", "--max-device-seconds-per-job",
            "Maximum seconds that the job's models decode for all problems together, over all workers. Downtime and waiting do not count. "
                + "Works like --max-tokens-per-job (default: no limit)."),
        SettingOption.Of("stop_when_decided", new Option<bool>("--stop-when-decided")
        {
            Description = "End a search as soon as no further solution can change the job's own answer. The other votes then count only "
                + "the solutions that have finished (default: off).",
        }),
        Real("stop_at_confidence", "--stop-at-confidence",
            "For sampling with the majority vote: end a search when the leading answer is the majority's with this probability, for "
                + "example 0.95. A few solutions are sampled at a time. It saves more than --stop-when-decided, and it may change the "
                + "answer (default: off)."),
        SettingOption.Of("deadline", MomentOption.Create("--deadline",
            "The time from which no new steps start; the finished solutions vote. The database's clock decides. For example "
                + "2026-11-21T07:00+01:00; without a zone it is a time of this machine's zone (default: none).")),
        Whole("keep_nodes_days", "--keep-nodes-days",
            "Days after the job's end until its stored steps may be deleted, 0 to 36500. Answers and usage stay (default: the workers' "
                + "setting Worker:KeepNodesDays)."),
        Whole("batch_size", "--batch-size", $"Problems in a batch, the unit that a worker takes (default: {s_default.BatchSize})."),
        Whole("max_attempts", "--max-attempts",
            "How many attempts at a batch may fail in a row without progress before its problems count as failed (default: "
                + $"{s_default.MaxAttempts})."),
        Whole("priority", "--priority",
            "Workers take batches of a higher priority first, -100 to 100. What waits gains a point for each minute without a batch "
                + "(default: 0)."),
        Text("team", "--team", "NAME",
            "The team that the job counts for. Teams share the workers by the weights of 'rebase teams set' (default: none; the jobs "
                + "without a team are one team)."),
        SettingOption.Of("needs", LabelOption.Create("--needs",
            "A label that a worker must have to take the job: key=value, or a key alone for any value (default: any worker).", "need")),
        Long("seed", "--seed",
            "Seed of the random numbers (default: 0). The same seed gives the same random numbers. Texts can still differ slightly, "
                + "because the requests that share a decode call change the logits a little."),
        Text("name", "--name", "NAME", "A name by which people recognise the job (default: none)."),
    ];

    public void AddTo(Command command)
    {
        foreach (var option in _options) command.Add(option.Option);
    }

    /// <summary>The names of the options that the command line gives.</summary>
    public IEnumerable<string> Given(ParseResult parsed) =>
        _options.Where(option => option.IsGiven(parsed)).Select(option => option.Option.Name);

    /// <param name="folder">
    /// The folder that relative model paths start from. They are made absolute, because the worker runs in another folder.
    /// </param>
    /// <param name="remark">Takes a sentence about a setting that is ignored.</param>
    /// <exception cref="UserException">BadInput, a line for each fault.</exception>
    public JobSpec Read(ParseResult parsed, string folder, Action<string>? remark = null)
    {
        var settings = new JsonObject();
        foreach (var option in _options.Where(option => option.IsGiven(parsed))) settings[option.Setting] = option.Json(parsed);
        foreach (var role in (string[])["policy", "reward", "embedding_model"])
        {
            if (settings[role] is { } model) settings[role] = Model(model.GetValue<string>(), folder);
        }

        foreach (var (_, why) in JobSettings.Ignored(settings)) remark?.Invoke(why);
        if (settings["name"] is { } name && NameRule.FaultOf(name.GetValue<string>()) is { } wrong)
            throw new UserException(ExitCode.BadInput, $"--name: {wrong}");
        var spec = JobSettings.Spec(settings);
        if (spec.Faults().ToList() is { Count: > 0 } faults)
            throw new UserException(ExitCode.BadInput, string.Join('\n', faults.Select(fault => $"--{fault}")));
        return spec;
    }

    /// <summary>The absolute path if a file is there, else the name as it is.</summary>
    public static string Model(string nameOrPath, string folder) =>
        nameOrPath.Length > 0 && Path.GetFullPath(nameOrPath, folder) is var path && File.Exists(path) ? path : nameOrPath;

    static SettingOption Text(string setting, string name, string value, string description) =>
        SettingOption.Of(setting, new Option<string?>(name) { Description = description, HelpName = value });

    static SettingOption Enumeration<T>(string setting, string name, string description) where T : struct, Enum =>
        SettingOption.Of(setting, EnumOption.Create<T>(name, description));

    static SettingOption Whole(string setting, string name, string description) =>
        SettingOption.Of(setting, NumberOption.Whole(name, description));

    static SettingOption Long(string setting, string name, string description) =>
        SettingOption.Of(setting, NumberOption.Long(name, description));

    static SettingOption Real(string setting, string name, string description) =>
        SettingOption.Of(setting, NumberOption.Real(name, description));
}
