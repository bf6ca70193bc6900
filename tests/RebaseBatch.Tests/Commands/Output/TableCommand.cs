namespace RebaseBatch.Tests.Commands.Output;

/// <summary>A command that writes a table, as <see cref="TerminalTableTests"/> runs it.</summary>
/// <param name="Line">The command line, split at spaces; <c>%</c> in an argument stands for a space.</param>
/// <param name="Keys">The columns, by their names in JSON, whose values every terminal must show whole.</param>
/// <param name="Expected">Other texts that every terminal must show whole, such as verdicts.</param>
sealed record TableCommand(string Line, string[] Keys, params string[] Expected)
{
    public string[] Arguments => [.. Line.Split(' ').Select(argument => argument.Replace('%', ' '))];

    /// <summary>Whether its table has all columns of its CSV, in order.</summary>
    public bool IsOneTable { get; init; } = true;

    /// <summary>Whether it writes an array of rows in JSON.</summary>
    public bool HasRows { get; init; } = true;

    /// <summary>All of them; <see cref="TerminalTableTests"/> fails when one with <c>--format</c> is missing.</summary>
    public static IReadOnlyList<TableCommand> All { get; } =
    [
        new("jobs list --limit 100", ["job"], "completed", "completed, 1 failed"),
        new("jobs show 1", [], "accuracy") { IsOneTable = false, HasRows = false },
        new("jobs history 1", ["at", "what"], "enqueued"),
        new("jobs enqueue --sweep plan.yaml --dry-run", ["strategy", "width", "held_by_job"]),
        new("queue show", [], "open") { IsOneTable = false, HasRows = false },
        new("teams list", ["team"]),
        new("sweeps list", ["sweep"], "finished"),
        new("sweeps show 1", [], "accuracy") { IsOneTable = false, HasRows = false },
        new("workers list", ["worker"], "idle"),
        new("datasets check set.jsonl", []) { IsOneTable = false, HasRows = false },
        new("schedules list", ["name"], "nightly"),
        new("schedules check nightly --flips", []) { IsOneTable = false, HasRows = false },
        new("schedules power", ["cell"]),
        new("schedules notify nightly", ["number", "given_up"]),
        new("results show 1", []) { IsOneTable = false, HasRows = false },
        new("results show 1 --answers", ["custom_id"]) { HasRows = false },
        new("results query SELECT%*%FROM%v_jobs", ["job_id"]),
        new("results query SELECT%problem_id,%text%FROM%v_candidates", ["problem_id"]),
        new("results regrade 2 --list", ["custom_id", "correct"]) { HasRows = false },
        new("results views", ["view"]),
        new("results views v_jobs", ["column"]),
        new("answers list 1", ["number", "verdict"]),
        new("answers show 1 2", [], "wrong") { IsOneTable = false, HasRows = false },
        new("results saturation 2", ["samples"]),
        new("recommend 1 2 --budget 1e15", ["strategy", "width", "vote"], "best"),
        new("models list", ["model", "role"]),
        new("models check tiny-math-policy-s", ["model"], "ok"),
        new("db status", ["script", "state"]),
        new("db size", ["table"]),
        new("db size --jobs", ["job"]),
        new("db verify", ["check", "faults"]),
        new("db prune --keep 0h --dry-run", ["job"]),
        new("dead-letters list", ["message_id", "reason"]),
        new("config show", ["setting"]),
        new("doctor", ["check"], "ok"),
        new("compare set.jsonl --limit 1 --width 1 --policy tiny-math-policy-s", ["strategy", "vote"]),
        new("compare runs 1 2", []) { IsOneTable = false, HasRows = false },
        new("demo --limit 1 --width 1 --policy tiny-math-policy-s", []) { IsOneTable = false, HasRows = false },
    ];
}
