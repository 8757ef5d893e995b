namespace DeepLearning.Tests.Ops.Elementwise;

/// <summary>Writes in place whose operands share memory with what is written: each reads what was there before.</summary>
[Trait("Rerun", "Simd")]
public class OverlapTests
{
    private const int Count = 67;

    /// <summary>In-place operations of two operands beside the tensor; which of them may share its memory.</summary>
    public static TheoryData<string> OfThree => new(s_ofThree.Keys);

    public static TheoryData<string> OfTwo => new(s_ofTwo.Keys);

    private static readonly Dictionary<string, Action<Tensor, Tensor, Tensor>> s_ofThree = new()
    {
        ["AddCMul"] = static (x, a, b) => x.AddCMulInPlace(a, b, 2),
        ["AddCDiv"] = static (x, a, b) => x.AddCDivInPlace(a, b, 2),
        ["Lerp"] = static (x, a, b) => x.LerpInPlace(a, b),
        ["Clamp"] = static (x, a, b) => x.ClampInPlace(a.Minimum(b), a.Maximum(b)),
        ["ClampLow"] = static (x, a, b) => x.ClampInPlace(a, Tensor.Full(x.Shape, 1e9, x.DType)),
        ["ClampHigh"] = static (x, a, b) => x.ClampInPlace(Tensor.Full(x.Shape, -1e9, x.DType), b),
        ["MaskedScatter"] = static (x, a, b) => x.MaskedScatterInPlace(a > b, b),
    };

    private static readonly Dictionary<string, Action<Tensor, Tensor>> s_ofTwo = new()
    {
        ["Add"] = static (x, a) => x.AddInPlace(a),
        ["AddScaled"] = static (x, a) => x.AddInPlace(a, 0.5),
        ["Subtract"] = static (x, a) => x.SubtractInPlace(a),
        ["SubtractScaled"] = static (x, a) => x.SubtractInPlace(a, 0.5),
        ["Multiply"] = static (x, a) => x.MultiplyInPlace(a),
        ["Divide"] = static (x, a) => x.DivideInPlace(a),
        ["Maximum"] = static (x, a) => x.MaximumInPlace(a),
        ["Minimum"] = static (x, a) => x.MinimumInPlace(a),
        ["Pow"] = static (x, a) => x.PowInPlace(a),
        ["Atan2"] = static (x, a) => x.Atan2InPlace(a),
        ["LerpNumber"] = static (x, a) => x.LerpInPlace(a, 0.25),
        ["Hypot"] = static (x, a) => x.HypotInPlace(a),
        ["Remainder"] = static (x, a) => x.RemainderInPlace(a),
        ["CopyFrom"] = static (x, a) => x.CopyFrom(a),
        ["MaskedFill"] = static (x, a) => x.MaskedFillInPlace(a > 1.5, 9),
        ["MaskedFillOnes"] = static (x, a) => x.MaskedFillInPlace(a > x, 7),
    };

    [Theory]
    [MemberData(nameof(OfThree))]
    public void Either_operand_of_two_may_overlap_the_result(string name)
    {
        Action<Tensor, Tensor, Tensor> operation = s_ofThree[name];
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.Float16])
        {
            foreach ((string kind, Func<Tensor, Tensor> target, Func<Tensor, Tensor> operand) in Overlaps())
            {
                foreach (string who in (string[])["first", "second", "both", "neither"])
                {
                    Tensor memory = Memory(dtype), other = Memory(dtype) + 0.5, kept = memory.Clone();
                    Tensor x = target(memory), a = operand(who is "first" or "both" ? memory : other);
                    Tensor b = operand(who is "second" or "both" ? memory : other);
                    Tensor expected = target(kept).Clone();
                    operation(expected, a.Clone(), b.Clone());
                    operation(x, a, b);
                    Assert.True(expected.EqualTo(x).All().Item<bool>(), $"{name}, {dtype}, {kind}, {who}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(OfTwo))]
    public void An_operand_may_overlap_the_result(string name)
    {
        Action<Tensor, Tensor> operation = s_ofTwo[name];
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.Float16])
        {
            foreach ((string kind, Func<Tensor, Tensor> target, Func<Tensor, Tensor> operand) in Overlaps())
            {
                Tensor memory = Memory(dtype), x = target(memory), a = operand(memory), expected = x.Clone();
                operation(expected, a.Clone());
                operation(x, a);
                Assert.True(expected.EqualTo(x).All().Item<bool>(), $"{name}, {dtype}, {kind}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(OfThree))]
    public void What_surrounds_the_written_part_stays(string name)
    {
        Tensor memory = Memory(DType.Float32), before = memory.Clone();
        s_ofThree[name](memory[3..20], memory[4..21], memory[2..19]);
        Assert.Equal(before[..3].ToArray<float>(), memory[..3].ToArray<float>());
        Assert.Equal(before[20..].ToArray<float>(), memory[20..].ToArray<float>());
    }

    [Theory]
    [InlineData("AddCMul")]
    [InlineData("Lerp")]
    [InlineData("MaskedScatter")]
    public void A_recorded_write_of_a_tensor_with_itself_has_the_gradient_of_the_values_before(string name)
    {
        Action<Tensor, Tensor, Tensor> operation = s_ofThree[name];
        foreach (string who in (string[])["first", "second", "both"])
        {
            Tensor leaf = Memory(DType.Float64), other = Memory(DType.Float64) + 0.5, weights = Tensor.Arange(Count).To(DType.Float64);
            leaf.RequiresGrad = true;
            Tensor x = leaf * 2, y = leaf * 2, before = leaf * 2;
            operation(x, who is "first" or "both" ? x : other, who is "second" or "both" ? x : other);
            operation(y, who is "first" or "both" ? before : other, who is "second" or "both" ? before : other);
            Assert.True(y.EqualTo(x).All().Item<bool>(), $"{name}, {who}");
            Tensor expected = Autograd.Grad((y * weights).Sum(), leaf), got = Autograd.Grad((x * weights).Sum(), leaf);
            Assert.True(expected.EqualTo(got).All().Item<bool>(), $"{name}, {who}: {got} instead of {expected}");
        }
    }

    private static IEnumerable<(string Kind, Func<Tensor, Tensor> Target, Func<Tensor, Tensor> Operand)> Overlaps()
    {
        yield return ("ahead", static m => m[1..], static m => m[..(Count - 1)]);
        yield return ("behind", static m => m[..(Count - 1)], static m => m[1..]);
        yield return ("itself", static m => m[..], static m => m[..]);
        yield return ("far ahead", static m => m[33..], static m => m[..(Count - 33)]);
        yield return ("turned", static m => m[..64].Reshape(8, 8), static m => m[..64].Reshape(8, 8).T);
        yield return ("a row for all", static m => m[..64].Reshape(8, 8), static m => m[..64].Reshape(8, 8)[5].Unsqueeze(0).Expand(8, 8));
        yield return ("a column for all", static m => m[..64].Reshape(8, 8), static m => m[..64].Reshape(8, 8)[.., 2..3].Expand(8, 8));
        yield return ("steps", static m => m[..32], static m => m[..64].Reshape(32, 2)[.., 1]);
        yield return ("into steps", static m => m[..64].Reshape(32, 2)[.., 0], static m => m[..32]);
    }

    private static Tensor Memory(DType dtype) =>
        Tensor.From([.. Enumerable.Range(0, Count).Select(static i => 1 + (i * 7 % 11 / 8.0))]).To(dtype);
}
