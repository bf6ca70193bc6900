using RebaseBatch.Commands;
using RebaseBatch.Hosting;

// A command line becomes a command in Commands/CommandLine.cs; `worker run` leads to the main loop, Solving/BatchWorker.cs.
using var signals = new StopSignals(endNow: ProcessEnd.Interrupted);
return await CommandLine.InvokeAsync(args, ProcessEnvironment.OfProcess() with { HoldInterrupts = signals.HoldInterrupts }, signals.Token);
