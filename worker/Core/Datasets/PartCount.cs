namespace RebaseBatch.Core.Datasets;

/// <summary>Something of a dataset's lines that was not used, such as <c>system text</c> or a field's name, and in how many.</summary>
sealed record PartCount(string Name, int Lines);
