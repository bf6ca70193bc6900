using Microsoft.Extensions.Logging;
using Npgsql;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Durable.Results;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Platform.Endurance;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Solving;

/// <summary>Solves one problem: waits for a slot, runs the search, hands its steps on as they finish, and makes the result.</summary>
sealed class ProblemSolver(PolicySlots slots, SearchTelemetry telemetry, TimeProvider time, ILogger<ProblemSolver> log)
{
    readonly RepeatedFault _away = new("deleting the steps of a search", time, log);

    /// <summary>
    /// How often a search is begun anew because its stored steps can't be continued. A fourth time means that this program stores such
    /// steps: beginning again would never end.
    /// </summary>
    public const int MostRestarts = 3;

    /// <summary>
    /// The problem's result. If the search itself failed, the result states the failure. Stored steps that can't be continued are no
    /// failure: they are deleted, and the search begins anew.
    /// </summary>
    /// <exception cref="OperationCanceledException">Stopped, or the lease is lost.</exception>
    /// <exception cref="EngineFaultException">The models failed, for every search.</exception>
    /// <exception cref="Exception">Any that <see cref="MachineFaults"/> knows: this machine failed.</exception>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async Task<ProblemResult> SolveAsync(BatchRun run, ModelLease models, BatchProblem problem, CancellationToken stop)
    {
        using var slot = await slots.For(models).EnterAsync(StrategyFactory.Create(run.Lease.Spec).Breadth, stop);
        run.Writer.Begin(problem.ProblemId, problem.Stored);
        while (true)
        {
            using (var watch = telemetry.Begin(run.Lease, problem))
            {
                var search = new SearchAttempt(run, models, problem, watch, time);
                try
                {
                    var result = await search.RunAsync(stop);
                    run.Writer.Ended(problem.ProblemId);
                    return result;
                }
                catch (Exception e) when (IsBroken(e) && problem is { StoredNodes.Count: > 0, Restarts: < MostRestarts })
                {
                    watch.Restarted(problem.Restarts + 1, MostRestarts, e);
                }
                catch (Exception e) when (e is not (OperationCanceledException or EngineFaultException or NpgsqlException)
                    && MachineFaults.Of(e) is null)
                {
                    // One problem's fault, even a bug of this program, must not cost the other problems their results. A fault of the
                    // engine, of the database or of this machine concerns all problems.
                    return await search.FailedAsync(e, problem.StoredNodes.Count > 0 && IsBroken(e)
                        ? $"{e.Message}; the search was begun anew {problem.Restarts} times, and each time its stored steps could not be "
                            + "continued: `rebase jobs retry --from-scratch` deletes them"
                        : null, stop);
                }
            }

            problem = await RestartAsync(run, problem, stop);
        }
    }

    /// <summary>Whether the stored steps are not those of this search.</summary>
    static bool IsBroken(Exception fault) => fault is InvalidDataException or KeyNotFoundException;

    async Task<BatchProblem> RestartAsync(BatchRun run, BatchProblem problem, CancellationToken stop)
    {
        // No step is sampled any more: a wave that failed has waited for all its steps.
        var anew = await DatabaseRetry.UntilAvailableAsync(() => run.Writer.RestartAsync(problem.ProblemId, stop), _away, time, log, stop)
            ?? throw new OperationCanceledException("the lease is lost");
        run.Spending?.Hold(problem.ProblemId, []);
        return problem with { StoredNodes = [], StoredSeconds = 0, Restarts = anew.Restarts };
    }
}
