using RebaseBatch.Benchmarks.Engine;

// Usage: dotnet run -c Release --project tests/RebaseBatch.Benchmarks -- VERB [options]; each verb says its own options.
return args switch
{
    ["engine", .. var rest] => await EngineBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Benchmarks of RebaseBatch. Every figure is a ratio within one run: competitors take turns, so that both meet the same machine.
          engine      whole REBASE searches against a bare decode loop and against code that shares nothing
        """);
    return 2;
}
