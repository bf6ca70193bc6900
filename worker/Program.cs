using RebaseBatch.Commands;
using RebaseBatch.Hosting;

using var signals = new StopSignals(endNow: ProcessEnd.Interrupted);
return await CommandLine.InvokeAsync(args, Surroundings.OfProcess(), signals.Token);
