using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Core.Answers.Canonical;
using RebaseBatch.Core.Answers.Values;
using Xunit;
using Interval = RebaseBatch.Core.Answers.Canonical.Interval;

namespace RebaseBatch.Tests.Core.Answers;

[Fast]
public sealed class RealSetTests
{
    /// <summary>Bounds are whole numbers from -4 to 4, infinite beyond 3.</summary>
    sealed record Draft(int Low, bool LowClosed, int High, bool HighClosed)
    {
        // Halves are between the bounds.
        public bool Contains(double x) => (x > LowValue || (LowClosed && x == Low)) && (x < HighValue || (HighClosed && x == High));

        double LowValue => Low <= -4 ? double.NegativeInfinity : Low;

        double HighValue => High >= 4 ? double.PositiveInfinity : High;
    }

    static readonly Arithmetic s_arithmetic = new(new());

    static readonly Gen<Draft[]> s_drafts =
        (from low in Gen.Choose(-4, 3)
         from length in Gen.Choose(1, 5)
         from ends in Gen.Choose(0, 3)
         select new Draft(low, ends % 2 == 1 && low > -4, Math.Min(4, low + length), ends >= 2 && low + length < 4)).ListOf()
             .Select(list => list.Take(6).ToArray());

    static Bound BoundOf(int value) => value switch { <= -4 => Bound.Least, >= 4 => Bound.Greatest, _ => new(Value.Of(value), 0) };

    static RealSet SetOf(IEnumerable<Draft> drafts)
    {
        Arithmetic arithmetic = new(new());
        return new(drafts.Select(d => Interval.Create(BoundOf(d.Low), d.LowClosed, BoundOf(d.High), d.HighClosed, arithmetic)!.Value),
            arithmetic);
    }

    static bool Contains(RealSet set, double x) => set.Intervals.Any(interval =>
    {
        double Number(Bound bound) => bound.Value is { } value
            ? (double)value.Exact!.Value.Numerator : bound.Infinity * double.PositiveInfinity;
        var (low, high) = (Number(interval.Low), Number(interval.High));
        return (x > low || (interval.LowClosed && x == low)) && (x < high || (interval.HighClosed && x == high));
    });

    static readonly double[] s_numbers = [.. Enumerable.Range(-10, 21).Select(i => i / 2.0)];

    [Fact]
    public void Set_operations_hold_for_every_number() => Prop.ForAll(s_drafts.ToArbitrary(), s_drafts.ToArbitrary(), (a, b) =>
    {
        var (setA, setB) = (SetOf(a), SetOf(b));
        return s_numbers.All(x =>
        {
            var (inA, inB) = (a.Any(d => d.Contains(x)), b.Any(d => d.Contains(x)));
            return Contains(setA, x) == inA && Contains(setA.Union(setB), x) == (inA || inB)
                && Contains(setA.Intersect(setB), x) == (inA && inB) && Contains(setA.Complement(), x) != inA;
        });
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Equal_sets_have_equal_texts() => Prop.ForAll(s_drafts.ToArbitrary(), s_drafts.ToArbitrary(), (a, b) =>
    {
        string Text(RealSet set) => string.Join(" ∪ ", set.Intervals);
        var same = s_numbers.All(x => a.Any(d => d.Contains(x)) == b.Any(d => d.Contains(x)));
        return (Text(SetOf(a)) == Text(SetOf(b))) == same && Text(SetOf(a.Reverse())) == Text(SetOf(a))
            && Text(SetOf(a).Complement().Complement()) == Text(SetOf(a));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void An_interval_without_numbers_is_none()
    {
        Assert.Null(Interval.Create(BoundOf(2), true, BoundOf(1), true, s_arithmetic));
        Assert.Null(Interval.Create(BoundOf(2), true, BoundOf(2), false, s_arithmetic));
        Assert.True(Interval.Create(BoundOf(2), true, BoundOf(2), true, s_arithmetic)!.Value.IsPoint);
    }

    [Fact]
    public void Bounds_that_cannot_be_compared_are_refused_as_unreadable()
    {
        var far = new Bound(Value.Of(Complex.Of(RealFunctions.Exp(Real.Exact(500)))), 0);
        Assert.Throws<UnreadableException>(
            () => new RealSet([new(BoundOf(0), true, BoundOf(1), true), new(far, true, Bound.Greatest, false)], s_arithmetic));
    }
}
