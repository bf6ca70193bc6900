using FsCheck;
using FsCheck.Fluent;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Searching;
using RebaseBatch.Durable.Checkpoints;
using Xunit;

namespace RebaseBatch.Tests.Core.Searching;

/// <summary>DORA's γ by embeddings, and the vectors that are stored for it.</summary>
[Fast]
public sealed class DoraEmbeddingTests
{
    const double Temperature = 0.01;

    /// <summary>Three equal texts and a fourth one; REBASE gives 4.75, 4.75, 4.75 and 1.75 of 16.</summary>
    [Fact]
    public void Texts_with_the_same_vector_share_what_one_of_them_would_get()
    {
        double[] scores = [0.9, 0.9, 0.9, 0.8];
        var nodes = Nodes(scores, [1, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0]);
        var gamma = Directions.Uniqueness(nodes, scores, Temperature);
        Assert.Equal([1 / 3.0, 1 / 3.0, 1 / 3.0, 1], gamma);
        Assert.Equal([3.90, 3.90, 3.90, 4.30], Shares(scores, gamma, 16).Select(share => Math.Round(share, 2)));

        var tree = new SearchTree();
        foreach (var node in nodes) tree.Add(node);
        var wave = new DoraSearch(16, Allocation.Ceil, 0.1, DirectionKey.Embedding, Temperature).NextWave(tree);
        // Served by weight: the ceiling of 4.30 first, and the three share the rest.
        Assert.Equal([3, 4, 4, 5], Enumerable.Range(1, 4).Select(no => wave.Count(step => step.ParentNo == no)));
    }

    [Fact]
    public void A_neighbour_counts_by_its_cosine()
    {
        double[] scores = [0.5, 0.5];
        Assert.Equal(1 / 1.37, Directions.Uniqueness(At(0.99), scores, Temperature)[0], 0.005);
        Assert.Equal(1 / 1.007, Directions.Uniqueness(At(0.95), scores, Temperature)[0], 0.001);
        // At a higher temperature more is alike.
        Assert.Equal(1 / (1 + Math.Exp(-0.05)), Directions.Uniqueness(At(0.95), scores, 1)[0], 0.001);

        SearchNode[] At(double cosine) => Nodes(scores, [1, 0], [(float)cosine, (float)Math.Sqrt(1 - cosine * cosine)]);
    }

    [Fact]
    public void Who_gets_no_children_takes_none_from_its_like_and_a_text_without_a_vector_is_alone()
    {
        double[] scores = [0.9, double.NaN, 0.9];
        Assert.Equal([0.5, 1 / 3.0, 0.5], Directions.Uniqueness(Nodes(scores, [1, 0], [1, 0], [1, 0]), scores, Temperature));
        scores = [0.9, 0.9, 0.9];
        var nodes = Nodes(scores, [1, 0], [1, 0], [1, 0]);
        Assert.Equal([0.5, 1, 0.5],
            Directions.Uniqueness([nodes[0], nodes[1] with { Embedding = null }, nodes[2]], scores, Temperature));
        Assert.Null(UnitVector.Of([0, 0]));
        Assert.Null(UnitVector.Of([1, float.NaN]));
        Assert.Null(UnitVector.Of([float.PositiveInfinity, 1]));
    }

    /// <summary>However many copies of a text there are, together they get what one of them would, within rounding.</summary>
    [Fact]
    public void Copies_of_a_text_get_together_what_one_would() => Prop.ForAll(
        (from texts in Gen.Choose(1, 6)
         from copies in Gen.Choose(1, 6).ArrayOf(texts)
         from scores in Gen.Choose(0, 100).ArrayOf(texts)
         from seed in Gen.Choose(0, int.MaxValue)
         select (copies, scores, seed)).ToArbitrary(), drawn =>
    {
        var (copies, scores) = (drawn.copies, Array.ConvertAll(drawn.scores, score => score / 100.0));
        var vectors = copies.Select((_, i) => Random(drawn.seed + i, 32, outlier: 0)).ToArray();
        var members = Enumerable.Range(0, copies.Length).SelectMany(i => Enumerable.Repeat(i, copies[i])).ToArray();
        var ofOnes = Directions.Uniqueness(Nodes(scores, vectors), scores, Temperature);
        var all = Array.ConvertAll(members, i => scores[i]);
        var ofAll = Directions.Uniqueness(Nodes(all, [.. members.Select(i => vectors[i])]), all, Temperature);
        var (one, many) = (Shares(scores, ofOnes, 64), Shares(all, ofAll, 64));
        return Enumerable.Range(0, copies.Length).All(i =>
            Math.Abs(members.Zip(many).Where(pair => pair.First == i).Sum(pair => pair.Second) - one[i]) < 1e-6);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    /// <summary>What a resumed search reads is what it would have had: the same bits, so the same children.</summary>
    [Fact]
    public void A_vector_comes_back_from_the_table_bit_by_bit() => Prop.ForAll(
        (from width in Gen.Choose(1, 400) from seed in Gen.Choose(0, int.MaxValue) select (width, seed)).ToArbitrary(), drawn =>
    {
        var vector = UnitVector.Of(Random(drawn.seed, drawn.width, outlier: 3))!;
        var bytes = VectorBytes.Of(vector)!;
        return bytes.Length == 2 * drawn.width && VectorBytes.Read(bytes).SequenceEqual(vector);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    /// <summary>A sum in another order, as on a processor with other vectors, is the same number.</summary>
    [Fact]
    public void A_scalar_product_does_not_depend_on_the_order_of_its_terms() => Prop.ForAll(
        (from width in Gen.Choose(1, 2000) from seed in Gen.Choose(0, int.MaxValue) select (width, seed)).ToArbitrary(), drawn =>
    {
        var one = UnitVector.Widen(UnitVector.Of(Random(drawn.seed, drawn.width, outlier: 1)));
        var other = UnitVector.Widen(UnitVector.Of(Random(drawn.seed + 1, drawn.width, outlier: 1)));
        var backwards = 0.0;
        for (var i = drawn.width - 1; i >= 0; i--) backwards += one[i] * other[i];
        return UnitVector.Dot(one, other) == backwards;
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    /// <summary>Also where one number is much larger than all others, as in decoders.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public void Sixteen_bits_move_a_cosine_by_far_less_than_the_temperature(double outlier)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var (one, other) = (Random(seed, 384, outlier), Random(seed + 1000, 384, outlier));
            // Neighbours: the same direction with a little of another one.
            for (var i = 0; i < one.Length; i++) other[i] = one[i] + 0.2f * other[i];
            var (a, b) = (UnitVector.Widen(UnitVector.Of(one)), UnitVector.Widen(UnitVector.Of(other)));
            var stored = UnitVector.Dot(a, b) / Math.Sqrt(UnitVector.Dot(a, a) * UnitVector.Dot(b, b));
            Assert.InRange(Math.Abs(stored - Cosine(one, other)), 0, Temperature / 200);
        }
    }

    static double Cosine(float[] one, float[] other)
    {
        double product = 0, first = 0, second = 0;
        for (var i = 0; i < one.Length; i++)
        {
            var (a, b) = ((double)one[i], (double)other[i]);
            (product, first, second) = (product + a * b, first + a * a, second + b * b);
        }
        return product / Math.Sqrt(first * second);
    }

    static float[] Random(int seed, int width, double outlier)
    {
        var random = new Random(seed);
        float[] numbers = [.. Enumerable.Range(0, width).Select(_ => (float)(random.NextDouble() - 0.5))];
        numbers[0] += (float)outlier;
        return numbers;
    }

    static double[] Shares(double[] scores, double[] gamma, int width)
    {
        var weights = scores.Zip(gamma, (score, unique) => Math.Exp(score / 0.1) * unique).ToArray();
        return Array.ConvertAll(weights, weight => width * weight / weights.Sum());
    }

    static SearchNode[] Nodes(double[] scores, params float[][] vectors) =>
    [
        .. vectors.Select((vector, i) => new SearchNode
        {
            No = i + 1, ParentNo = 0, Depth = 1, ChildIndex = i, State = NodeState.Open, Tokens = [], Text = "", Score = scores[i],
            Embedding = UnitVector.Of(vector),
        }),
    ];
}
