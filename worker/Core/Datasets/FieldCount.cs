namespace RebaseBatch.Core.Datasets;

/// <summary>A field of a dataset's lines, as the file spells it, and in how many lines it was taken for one role.</summary>
sealed record FieldCount(FieldRole Role, string Name, int Lines);
