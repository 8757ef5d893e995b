using FsCheck;
using FsCheck.Fluent;

namespace DeepLearning.Tests.Properties;

/// <summary>A shape and the seed of everything else that a property needs: its tensors, axes and positions.</summary>
/// <param name="Shape">One to four axes of 0 to 5.</param>
/// <param name="Seed">What the numbers are drawn from.</param>
internal sealed record Case(int[] Shape, int Seed)
{
    private static readonly Gen<Case> s_any =
        from rank in Gen.Choose(1, 4)
        from shape in Gen.Choose(0, 5).ArrayOf(rank)
        from seed in Gen.Choose(0, int.MaxValue - 1000)
        select new Case(shape, seed);

    private static readonly Gen<Case> s_filled =
        from rank in Gen.Choose(1, 4)
        from shape in Gen.Choose(1, 5).ArrayOf(rank)
        from seed in Gen.Choose(0, int.MaxValue - 1000)
        select new Case(shape, seed);

    /// <summary>Checks a property on a hundred cases; a failure names its case.</summary>
    public static void Holds(Action<Case> property) => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(s_any.ToArbitrary(), property));

    /// <summary>The same for cases with no axis of length 0.</summary>
    public static void HoldsWhereFilled(Action<Case> property) =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(s_filled.ToArbitrary(), property));

    /// <summary>Normal numbers; another k gives others. Every other case is a view of a larger or transposed tensor.</summary>
    public Tensor Normal(int k = 0) => Normal(Shape, k);

    public Tensor Normal(int[] shape, int k = 0)
    {
        Generator random = new((ulong)(Seed + k));
        if (shape.Length < 2 || Integer(0, 2, k) == 0)
        {
            return Tensor.Randn(shape, DType.Float64, random);
        }

        int[] turned = [.. shape.Reverse()];
        turned[0] += 2;
        Tensor wide = Tensor.Randn(turned, DType.Float64, random);
        return wide.Narrow(0, 1, shape[^1]).Permute([.. Enumerable.Range(0, shape.Length).Reverse()]);
    }

    /// <summary>An integer of [low, high).</summary>
    public int Integer(int low, int high, int k = 0) => new Random(Seed + k).Next(low, high);

    public int Axis(int k = 0) => Integer(0, Shape.Length, k);

    public override string ToString() => $"[{string.Join(", ", Shape)}], seed {Seed}";
}
