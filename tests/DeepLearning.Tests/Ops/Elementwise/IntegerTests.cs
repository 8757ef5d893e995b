namespace DeepLearning.Tests.Ops.Elementwise;

/// <summary>Integers and truth values: exact numbers, wrapping, errors.</summary>
[Trait("Rerun", "Simd")]
public class IntegerTests
{
    private const long Large = (1L << 60) + 1;

    [Fact]
    public void Numbers_beyond_the_integers_of_a_double_stay_exact()
    {
        Tensor x = Tensor.From([1L, 2]);
        Assert.Equal([Large + 1, Large + 2], (x + Large).ToArray<long>());
        Assert.Equal([1 - Large, 2 - Large], (x - Large).ToArray<long>());
        Assert.Equal([Large - 1, Large - 2], (Large - x).ToArray<long>());
        Assert.Equal([Large, 2 * Large], (x * Large).ToArray<long>());
        Assert.Equal([true, false], Tensor.From([Large, Large - 1]).EqualTo(Large).ToArray<bool>());
        Assert.Equal([false, true], (Tensor.From([Large, Large - 1]) < Large).ToArray<bool>());
        Assert.Equal([Large, Large], Tensor.From([Large, Large + 5]).Clamp(0, Large).ToArray<long>());
        Assert.Equal([Large + 1, Large + 2], x.Clone().AddInPlace(Large).ToArray<long>());
    }

    [Fact]
    public void Numbers_beyond_a_small_type_wrap_in_arithmetic_and_count_in_comparisons()
    {
        Tensor x = Tensor.From([(byte)0, (byte)1, (byte)200]);
        Assert.Equal([255, 0, 199], (x - 1).ToArray<byte>());
        Assert.Equal([255, 0, 199], (x + -1).ToArray<byte>());
        Assert.Equal([0, 255, 56], (x * -1).ToArray<byte>());
        Assert.Equal([255, 0, 199], x.Clone().SubtractInPlace(1).ToArray<byte>());
        Assert.Equal([true, true, true], (x > -1).ToArray<bool>());
        Assert.Equal([true], (Tensor.From([5]) < (1L << 40)).ToArray<bool>());
    }

    [Fact]
    public void Quotients_and_remainders_follow_Python()
    {
        Tensor x = Tensor.From([-7L, -2, 0, 3]);
        Assert.Equal([-3L, -1, 0, 1], x.FloorDivide(3).ToArray<long>());
        Assert.Equal([2L, 1, 0, 0], (x % 3).ToArray<long>());
        Assert.Equal([-1L, -2, 0, 0], (x % -3).ToArray<long>());
        Assert.Equal([-1L, -2, 0, 0], x.Fmod(3).ToArray<long>());
        Assert.Equal([-2L, 0, 0, 1], x.TruncDivide(3).ToArray<long>());
        Assert.Equal([1L, 2], (7 % Tensor.From([2L, 5])).ToArray<long>());
        Assert.Equal(long.MinValue, Tensor.From([long.MinValue]).FloorDivide(-1)[0].Item<long>());
        Assert.Equal(0, (Tensor.From([long.MinValue]) % -1)[0].Item<long>());
    }

    [Theory]
    [InlineData("FloorDivide")]
    [InlineData("Remainder")]
    [InlineData("Fmod")]
    [InlineData("TruncDivide")]
    public void Division_by_zero_names_the_operation_and_changes_nothing(string name)
    {
        Tensor x = Tensor.From([4L, 5]), zero = Tensor.From([1L, 0]);
        Action divide = name switch
        {
            "FloorDivide" => () => x.FloorDivideInPlace(zero),
            "Remainder" => () => x.RemainderInPlace(zero),
            "Fmod" => () => x.FmodInPlace(zero),
            _ => () => x.TruncDivideInPlace(zero),
        };
        Assert.StartsWith(name + ":", Assert.Throws<DivideByZeroException>(divide).Message, StringComparison.Ordinal);
        Assert.Equal([4L, 5], x.ToArray<long>());
    }

    [Fact]
    public void Powers_of_integers_are_exact_and_refuse_negative_exponents()
    {
        Tensor x = Tensor.From([-3L, 0, 1, 10]);
        Assert.Equal([-27L, 0, 1, 1000], x.Pow(3).ToArray<long>());
        Assert.Equal([1L, 1, 1, 1], x.Pow(0).ToArray<long>());
        Assert.Equal(10_000_000_000_000_000L, x.Pow(16)[3].Item<long>());
        Assert.Equal([0L, 1, -1], Tensor.From([2L, 1, -1]).Pow(Tensor.From([-1L, -1, -3])).ToArray<long>());
        Assert.Equal([1L, 2, 8], Tensor.Pow(2, Tensor.From([0L, 1, 3])).ToArray<long>());
        Assert.Equal(DType.Float32, x.Pow(0.5).DType);
        Assert.Contains("-1.0", Assert.Throws<ArgumentException>(() => x.Pow(-1)).Message, StringComparison.Ordinal);
        Assert.Equal([1L, 0], Tensor.From([true, false]).Pow(2).ToArray<long>());
    }

    [Fact]
    public void Bits_of_integers_and_truth_values()
    {
        Tensor x = Tensor.From([-7, 5, 12]), b = Tensor.From([true, false, true]);
        Assert.Equal([-7 & 6, 5 & 6, 12 & 6], (x & 6).ToArray<int>());
        Assert.Equal([-7 | 6, 5 | 6, 12 | 6], (6 | x).ToArray<int>());
        Assert.Equal([-7 ^ 6, 5 ^ 6, 12 ^ 6], (x ^ Tensor.From([6])).ToArray<int>());
        Assert.Equal([6, -6, -13], (~x).ToArray<int>());
        Assert.Equal([-28, 20, 48], (x << 2).ToArray<int>());
        Assert.Equal([-4, 2, 6], (x >> 1).ToArray<int>());
        Assert.Equal([0, 0, 0], (x << 40).ToArray<int>());
        Assert.Equal([-1, 0, 0], (x >> 40).ToArray<int>());
        Assert.Equal([false, true, false], (~b).ToArray<bool>());
        Assert.Equal([true, false, false], (b & Tensor.From([true, true, false])).ToArray<bool>());
        Assert.Equal(DType.Bool, (b ^ true).DType);
        Assert.Equal([255, 254], (~Tensor.From([(byte)0, (byte)1])).ToArray<byte>());
        Assert.Throws<DTypeException>(() => Tensor.Ones(2) & 1);
        Assert.Throws<DTypeException>(() => ~Tensor.Ones(2));
    }

    [Fact]
    public void Long_vectors_go_through_the_same_bits()
    {
        int[] a = [.. Enumerable.Range(-500, 1001)], c = [.. Enumerable.Range(3, 1001)];
        Assert.Equal(a.Zip(c, (x, y) => x & y), (Tensor.From(a) & Tensor.From(c)).ToArray<int>());
        Assert.Equal(a.Zip(c, (x, y) => ((x % y) + y) % y), (Tensor.From(a) % Tensor.From(c)).ToArray<int>());
        float[] f = [.. a.Select(v => v * 0.37f)], g = [.. c.Select(v => v * -0.11f)];
        Assert.Equal(f.Zip(g, (x, y) => x % y), Tensor.From(f).Fmod(Tensor.From(g)).ToArray<float>());
        Assert.Equal(f.Select(x => x % float.PositiveInfinity), Tensor.From(f).Fmod(double.PositiveInfinity).ToArray<float>());
        Assert.Equal(f.Select(x => x % 1e-6f), Tensor.From(f).Fmod(1e-6f).ToArray<float>());
    }

    [Fact]
    public void Truth_values_have_no_difference()
    {
        Tensor b = Tensor.From([true, false]);
        Assert.Contains("^", Assert.Throws<DTypeException>(() => b - b).Message, StringComparison.Ordinal);
        Assert.Throws<DTypeException>(() => -b);
        Assert.Throws<DTypeException>(() => 1 - b);
        Assert.Equal([true, true], (b + true).ToArray<bool>());
        Assert.Equal([1f, 0f], (b / true).ToArray<float>());
        Assert.Throws<DTypeException>(() => b % b);
    }

    [Fact]
    public void Tests_of_infinity_know_that_integers_have_none()
    {
        Tensor x = Tensor.From([long.MaxValue, long.MinValue, 0]);
        Assert.Equal([false, false, false], x.IsInf().ToArray<bool>());
        Assert.Equal([true, true, true], x.IsFinite().ToArray<bool>());
        Assert.Equal([false, true, false], x.SignBit().ToArray<bool>());
        Assert.True(x.Equal(x.Clone()));
        Assert.False(x.Equal(x.Reshape(3, 1)));
        Assert.True(Tensor.From([1f]).AllClose(Tensor.From([1.000001f])));
        Assert.Equal([true], Tensor.From([1L]).IsClose(Tensor.From([2L]), absolute: 1).ToArray<bool>());
    }
}
