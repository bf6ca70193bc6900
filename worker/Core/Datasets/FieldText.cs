namespace RebaseBatch.Core.Datasets;

/// <summary>A text of a line, and the path of the field that has it, as the table of names spells it.</summary>
readonly record struct FieldText(string Field, string Text);
