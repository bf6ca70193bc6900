namespace RebaseBatch.Evaluation.Reports;

/// <summary>A model as the usage tables record it.</summary>
/// <param name="Name">The name in the job; for a path, the file's name without folder and extension.</param>
/// <param name="Sha256">The hash of the GGUF file.</param>
/// <param name="Parameters">Number of weights.</param>
sealed record MeasuredModel(string Name, string Sha256, long Parameters)
{
    public static MeasuredModel Of(string name, string sha256, long parameters) =>
        new(name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(name) : name, sha256, parameters);
}
