using RebaseBatch.Contracts;
using RebaseBatch.Durable.Jobs;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Remote;

namespace RebaseBatch.Evaluation.Sweeps;

/// <summary>Makes a sweep's cells ready to enqueue: its problems, and the content of its models.</summary>
/// <param name="catalog">Null: the models are on other machines, and their names identify them.</param>
sealed class SweepPreparation(ModelCatalog? catalog)
{
    /// <param name="problems">All problems of each dataset of the sweep; limits are applied here.</param>
    /// <exception cref="UserException">A job can't be run, or a model is not here.</exception>
    public async Task<IReadOnlyList<PreparedJob>> PrepareAsync(SweepSpec sweep, IReadOnlyList<IReadOnlyList<ProblemSpec>> problems,
        CancellationToken ct)
    {
        var limited = sweep.Datasets.Zip(problems, (dataset, all) => dataset.Limit is { } limit ? [.. all.Take(limit)] : all).ToList();
        var jobs = new List<PreparedJob>();
        foreach (var planned in SweepPlan.Of(sweep))
        {
            var spec = planned.Spec;
            var path = sweep.Datasets[planned.Dataset].Path;
            var origin = new JobOrigin(
                RemoteUri.NameOf(path), await HashAsync(spec.Policy, ModelRole.Policy, ct),
                spec.Reward is { } reward ? await HashAsync(reward, ModelRole.Reward, ct) : null)
            {
                DatasetPath = RemoteUri.PathOf(path),
                EmbeddingSha256 = spec.EmbeddingModel is { } embedding ? await HashAsync(embedding, ModelRole.Embedding, ct) : null,
            };
            jobs.Add(new(planned.Title, spec, limited[planned.Dataset], JobInputs.Of(spec, limited[planned.Dataset], origin))
            {
                Tags = planned.Tags,
            });
        }

        return jobs;
    }

    async Task<string?> HashAsync(string model, ModelRole role, CancellationToken ct)
    {
        try
        {
            return catalog is null ? null : await catalog.Resolve(model, role).PlannedHashAsync(ct);
        }
        catch (MachineFaultException e)
        {
            throw new UserException(ExitCode.NotFound, e.Message, e);
        }
    }
}
