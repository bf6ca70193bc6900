using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Inference.Scheduling;
using Xunit;

namespace RebaseBatch.Tests.Inference.Scheduling;

[Fast]
public sealed class KvCellAccountingTests
{
    const int Sequences = 6;

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
            var (accounting, truth) = (new KvCellAccounting(10_000, Sequences), new CellMemory(Sequences));
            foreach (var (kind, a, b, n) in operations)
            {
                switch (kind)
                {
                    case 0 when n > 0:
                        accounting.Append(a, n);
                        truth.Append(a, new int[n]);
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
