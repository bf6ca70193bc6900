namespace RebaseBatch.Evaluation.Exports;

/// <summary>What a record of Every Eval Ever says beyond the job itself.</summary>
/// <param name="ModelId">The policy's name there, such as owner/model; null for the name in the job.</param>
/// <param name="Organization">Who ran the evaluation.</param>
/// <param name="Relationship">Of them to the model.</param>
/// <param name="HubDataset">The dataset's id on the Hugging Face Hub; null when it is not from there.</param>
sealed record EveryEvalEverSource(string? ModelId, string Organization, EvaluatorRelationship Relationship, string? HubDataset)
{
    public string ModelOf(ExportedJob job) => ModelId ?? job.Spec.Policy;
}
