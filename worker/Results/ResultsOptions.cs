namespace RebaseBatch.Results;

/// <summary>The configuration section <c>Rebase:Results</c>.</summary>
sealed class ResultsOptions
{
    /// <summary>Folder of the result files; <c>results</c> under the data folder unless set. Absolute once loaded.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Container of the account <c>Rebase:Blobs</c> that takes the result files instead of the folder once such an account is set.</summary>
    public string Container { get; set; } = "results";
}
