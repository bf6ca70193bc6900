namespace RebaseBatch.Contracts;

/// <summary>Which settings of DORA go together.</summary>
static class DoraRules
{
    /// <summary>Every reason why the spec can't be run that DORA's own settings give.</summary>
    public static IEnumerable<string> Faults(JobSpec spec)
    {
        var (model, key) = (spec.EmbeddingModel, spec.DoraKey);
        foreach (var fault in model is null ? [] : ModelReference.Faults("embedding-model", model)) yield return fault;
        if (model is not null && spec.Strategy is not SearchStrategy.Dora)
            yield return $"embedding-model: it is for the strategy dora only, not for {StoredNames.Of(spec.Strategy)}";
        else if (model is not null && key is not DirectionKey.Embedding)
            yield return $"dora-key: '{StoredNames.Of(key)}' compares texts and uses no embedding model: "
                + "leave out --dora-key or --embedding-model";
        if (model is null && key is DirectionKey.Embedding)
            yield return "embedding-model: name the model that embeds the texts, for --dora-key embedding";
        if (!(spec.DoraTemperature >= 1e-4 && spec.DoraTemperature <= 100))
            yield return $"dora-temperature: {spec.DoraTemperature} is not within 0.0001 to 100";
    }
}
