namespace RebaseBatch.Core.Tables;

/// <summary>The room that a column of a table takes, in terminal cells.</summary>
/// <param name="Natural">With it nothing is shortened or wrapped.</param>
/// <param name="Least">With less it is left out; at most <paramref name="Natural"/>.</param>
readonly record struct ColumnNeed(int Natural, int Least, Rank Rank);
