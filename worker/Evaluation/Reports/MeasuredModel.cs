namespace RebaseBatch.Evaluation.Reports;

/// <summary>A model as the usage tables record it.</summary>
/// <param name="Name">As the job named it; a path without folder and ending.</param>
/// <param name="Sha256">Of the GGUF file.</param>
/// <param name="Parameters">Number of weights.</param>
sealed record MeasuredModel(string Name, string Sha256, long Parameters)
{
    public static MeasuredModel Of(string name, string sha256, long parameters) =>
        new(name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? Path.GetFileNameWithoutExtension(name) : name, sha256, parameters);
}
