namespace RebaseBatch.Core.Tables;

/// <summary>A column that a table shows.</summary>
/// <param name="Index">Its place among all columns, from 0.</param>
/// <param name="Width">In terminal cells.</param>
readonly record struct ShownColumn(int Index, int Width);
