using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference;

[Fast]
public sealed class KvCellAccountingTests
{
    const int Sequences = 6;

    /// <summary>The same bookkeeping the slow way: every cell an object, counted once.</summary>
    sealed class CellByCell
    {
        readonly List<object>[] _sequences = [.. Enumerable.Range(0, Sequences).Select(_ => new List<object>())];

        public int Used => _sequences.SelectMany(s => s).Distinct().Count();
        public int Length(int sequence) => _sequences[sequence].Count;
        public int HeldBy(params int[] kept) => kept.SelectMany(s => _sequences[s]).Distinct().Count();
        public void Append(int sequence, int tokens) => _sequences[sequence].AddRange(Enumerable.Range(0, tokens).Select(_ => new object()));
        public void Fork(int from, int to, int length) => _sequences[to].AddRange(_sequences[from].Take(length));
        public void Truncate(int sequence, int length) => _sequences[sequence].RemoveRange(length, Length(sequence) - length);
    }

    [Fact]
    public void Counts_as_many_cells_as_there_are_whatever_is_done()
    {
        var operation = from kind in Gen.Choose(0, 2)
                        from a in Gen.Choose(0, Sequences - 1)
                        from b in Gen.Choose(0, Sequences - 1)
                        from n in Gen.Choose(0, 12)
                        select (kind, a, b, n);
        Prop.ForAll(operation.ArrayOf().ToArbitrary(), operations =>
        {
            var (accounting, truth) = (new KvCellAccounting(10_000, Sequences), new CellByCell());
            foreach (var (kind, a, b, n) in operations)
            {
                switch (kind)
                {
                    case 0 when n > 0:
                        accounting.Append(a, n);
                        truth.Append(a, n);
                        break;
                    case 1 when a != b && truth.Length(b) == 0 && truth.Length(a) > 0:
                        var length = 1 + n % truth.Length(a);
                        accounting.Fork(a, b, length);
                        truth.Fork(a, b, length);
                        break;
                    case 2 when truth.Length(a) > 0:
                        var rest = n % truth.Length(a);
                        accounting.Truncate(a, rest);
                        truth.Truncate(a, rest);
                        break;
                }

                if (accounting.Used != truth.Used || accounting.HeldBy([a, b]) != truth.HeldBy(a, b)) return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(60));
    }
}
