using DeepLearning.Initializers;

namespace DeepLearning.Tests.Ops.Elementwise;

/// <summary>Numbers that an integer type does not hold: refused where they would become elements, without effect as limits.</summary>
public class IntegerRangeTests
{
    /// <summary>Operations that write a number, by the name that their errors begin with.</summary>
    private static readonly Dictionary<string, Func<Tensor, Scalar, Tensor>> s_writes = new()
    {
        ["Full"] = (x, n) => Tensor.Full([2], n, x.DType),
        ["FullLike"] = (x, n) => Tensor.FullLike(x, n),
        ["FromScalar"] = (x, n) => Tensor.FromScalar(n, x.DType),
        ["Fill"] = (x, n) => x.FillInPlace(n),
        ["Pad"] = (x, n) => x.Pad([1, 1], value: n),
        ["MaskedFill"] = (x, n) => x.MaskedFill(x.EqualTo(x), n),
        ["MaskedFill, in place"] = (x, n) => x.MaskedFillInPlace(x.EqualTo(x), n),
        ["MaskedFill, a tensor"] = (x, n) => x.MaskedFill(x.EqualTo(x), (Tensor)n),
        ["IndexFill"] = (x, n) => x.IndexFill(0, Tensor.From([0L]), n),
        ["IndexFill, in place"] = (x, n) => x.IndexFillInPlace(0, Tensor.From([0L]), n),
        ["Scatter"] = (x, n) => x.Scatter(0, Tensor.From([0L]), n),
        ["Scatter, in place"] = (x, n) => x.ScatterInPlace(0, Tensor.From([0L]), n),
        ["Index assignment"] = (x, n) => x[0] = n,
        ["Index assignment, of several"] = (x, n) => x[x.EqualTo(x)] = n,
        ["IndexPut"] = (x, n) => x.IndexPut([0], n),
        ["CopyFrom"] = (x, n) => x.CopyFrom(n),
        ["Initialize.Constant"] = (x, n) => Initialize.Constant(x, n),
        ["Threshold"] = (x, n) => x.Threshold(1, n.ToDouble()),
        ["Threshold, in place"] = (x, n) => x.ThresholdInPlace(1, n.ToDouble()),
        ["Linspace"] = (x, n) => Tensor.Linspace(0, n.ToDouble(), 3, x.DType),
        ["Hardtanh"] = (x, n) => x.Hardtanh(n.ToDouble(), n.ToDouble()),
    };

    /// <summary>Operations whose result is one of two operands, or an exact quotient, remainder or power of them.</summary>
    private static readonly Dictionary<string, Func<Tensor, Scalar, Tensor>> s_choices = new()
    {
        ["Maximum"] = (x, n) => x.Maximum(n),
        ["Maximum, in place"] = (x, n) => x.MaximumInPlace(n),
        ["Minimum"] = (x, n) => x.Minimum(n),
        ["Minimum, in place"] = (x, n) => x.MinimumInPlace(n),
        ["Fmax"] = (x, n) => x.Fmax(n),
        ["Fmin"] = (x, n) => x.Fmin(n),
        ["Heaviside"] = (x, n) => x.Heaviside(n),
        ["Where"] = (x, n) => Tensor.Where(x.EqualTo(x), x, n),
        ["FloorDivide"] = (x, n) => x.FloorDivide(n),
        ["FloorDivide, a tensor"] = (x, n) => x.FloorDivide((Tensor)n),
        ["FloorDivide, in place"] = (x, n) => x.FloorDivideInPlace(n),
        ["TruncDivide"] = (x, n) => x.TruncDivide(n),
        ["Remainder"] = (x, n) => x % n,
        ["Remainder, of the number"] = (x, n) => n % x,
        ["Remainder, in place"] = (x, n) => x.RemainderInPlace(n),
        ["Fmod"] = (x, n) => x.Fmod(n),
        ["Pow"] = (x, n) => x.Pow(n),
    };

    public static TheoryData<string> Writes() => [.. s_writes.Keys];

    public static TheoryData<string> Choices() => [.. s_choices.Keys];

    [Theory]
    [MemberData(nameof(Writes))]
    public void A_number_beyond_an_integer_type_is_refused_by_name_and_nothing_is_written(string operation)
    {
        Refuses(operation, s_writes[operation], DType.UInt8, 300, 256, -1, double.NaN, double.PositiveInfinity, 1e30);
        Refuses(operation, s_writes[operation], DType.Int32, 1L << 31, (-1L << 31) - 1, 1L << 40, double.NaN, -1e10);
        Refuses(operation, s_writes[operation], DType.Int64, 1e19, -1e19, double.NaN, double.NegativeInfinity);
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void A_number_beyond_an_integer_type_is_no_operand_of_what_does_not_wrap(string operation)
    {
        Refuses(operation, s_choices[operation], DType.UInt8, 300, 1L << 40);
        Refuses(operation, s_choices[operation], DType.Int32, 1L << 31, 1L << 40);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public void The_ends_of_an_integer_type_fit(string operation)
    {
        foreach ((DType dtype, long least, long most) in
            new[] { (DType.UInt8, 0L, 255L), (DType.Int32, int.MinValue, int.MaxValue), (DType.Int64, -1L << 53, 1L << 53) })
        {
            foreach (long end in new[] { least, most })
            {
                Tensor y = s_writes[operation](Tensor.From([1L, 2]).To(dtype), end);
                Assert.Contains(end, y.ToArray<long>());
            }
        }
    }

    [Fact]
    public void Sequences_and_random_integers_stay_in_their_type()
    {
        Action[] outside =
        [
            () => Tensor.Arange(0, 400, 100, DType.UInt8), () => Tensor.Arange(-2, 2, dtype: DType.UInt8),
            () => Tensor.Arange(0.5, 400, 150.0, DType.UInt8), () => Tensor.Linspace(0, 300, 3, DType.UInt8),
            () => Tensor.Logspace(0, 3, 4, dtype: DType.UInt8), () => Tensor.RandInt(0, 1000, [4], DType.UInt8),
            () => Tensor.RandInt(-5, 100, [4], DType.UInt8), () => Tensor.RandInt(1L << 40, [4], DType.Int32),
            () => Tensor.RandPerm(300, DType.UInt8), () => Tensor.Zeros([4], DType.UInt8).RandomInPlace(0, 257),
        ];
        Assert.All(
            outside, static a => Assert.Contains("does not fit", Assert.Throws<DTypeException>(a).Message, StringComparison.Ordinal));
        Assert.Equal([0, 100, 200], Tensor.Arange(0, 300, 100, DType.UInt8).ToArray<byte>());
        Assert.Equal([0, 127, 255], Tensor.Linspace(0, 255, 3, DType.UInt8).ToArray<byte>());
        Assert.Equal(4, Tensor.RandInt(0, 256, [4], DType.UInt8).Count);
        Assert.Equal(256, Tensor.RandPerm(256, DType.UInt8).Count);
        Assert.Empty(Tensor.Arange(300, 300, dtype: DType.UInt8).ToArray<byte>());
    }

    [Fact]
    public void A_limit_that_integers_never_reach_has_no_effect()
    {
        Tensor x = Tensor.From([(byte)0, (byte)5, (byte)255]);
        Assert.Equal([0, 5, 255], x.Clamp(null, 300).ToArray<byte>());
        Assert.Equal([0, 5, 255], x.Clamp(-1).ToArray<byte>());
        Assert.Equal([0, 5, 255], x.Clamp(-5, 300).ToArray<byte>());
        Assert.Equal([3, 5, 255], x.Clamp(3, 300).ToArray<byte>());
        Assert.Equal([7, 7, 7], x.Clamp(300, 7).ToArray<byte>());
        Assert.Equal([0, 5, 255], x.Clamp(null, Tensor.FromScalar(300)).ToArray<byte>());
        Assert.Equal([0, 5, 255], x.Clamp(Tensor.FromScalar(-7), null).ToArray<byte>());
        Assert.Equal([0, 5, 255], x.Clone().ClampInPlace(-5, 300).ToArray<byte>());
        Assert.Equal([0, 1, 1], x.Hardtanh().ToArray<byte>());
        Assert.Equal([0, 5, 255], x.Hardtanh(0, 300).ToArray<byte>());
        Assert.Equal([0, 5, 255], x.Threshold(-5, 1).ToArray<byte>());
        Assert.Equal([1, 1, 1], x.Threshold(500, 1).ToArray<byte>());
        Assert.Equal([9L, -2, 0], Tensor.From([-3L, -2, 0]).Threshold(-2.5, 9).ToArray<long>());
        Assert.Equal([1, 2], Tensor.From([1, 2]).Clamp(-1L << 40, 1L << 40).ToArray<int>());
        Assert.Equal([1L, 2], Tensor.From([1L, 2]).Clamp(long.MinValue, long.MaxValue).ToArray<long>());
        Assert.NotSame(x, x.Clamp(null, 300));
    }

    [Fact]
    public void A_limit_beyond_the_type_that_all_integers_pass_is_refused()
    {
        Tensor x = Tensor.From([(byte)0, (byte)5, (byte)255]);
        Action[] clamps =
        [
            () => x.Clamp(300), () => x.Clamp(null, -1), () => x.Clamp(300, 400), () => x.ClampInPlace(300),
            () => x.Clamp(Tensor.FromScalar(300), null), () => x.Clamp(null, Tensor.FromScalar(-1)),
        ];
        Assert.All(
            clamps, static a => Assert.StartsWith("Clamp: the number", Assert.Throws<DTypeException>(a).Message, StringComparison.Ordinal));
        Assert.Equal([0, 5, 255], x.ToArray<byte>());
    }

    [Theory]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int64)]
    public void Limits_given_as_tensors_may_stand_on_one_side(DType dtype)
    {
        Tensor x = Tensor.From([5L, 0, 3]).To(dtype), two = Tensor.From([2L]).To(dtype);
        Assert.Equal([5L, 2, 3], x.Clamp(two, null).ToArray<long>());
        Assert.Equal([2L, 0, 2], x.Clamp(null, two).ToArray<long>());
        Assert.Equal([2L, 0, 2], x.Clone().ClampInPlace(null, two).ToArray<long>());
        Assert.Equal([5L, 2, 3], x.Clone().ClampInPlace(two, null).ToArray<long>());
        Assert.Equal([-1, 0, 1], Tensor.From([-1, 0, 1]).Clamp(Tensor.From([-2]), null).ToArray<int>());
    }

    [Fact]
    public void Arithmetic_goes_on_modulo_the_width_and_comparisons_are_exact()
    {
        Tensor x = Tensor.From([(byte)0, (byte)44, (byte)255]), i = Tensor.From([1, -2]);
        Assert.Equal([44, 88, 43], (x + 300).ToArray<byte>());
        Assert.Equal([44, 88, 43], x.Clone().AddInPlace(300).ToArray<byte>());
        Assert.Equal([0, 44, 44], (x & 300).ToArray<byte>());
        Assert.Equal([0, 0, 0], (x << 256).ToArray<byte>());
        Assert.Equal([0, 0, 0], (x >> 256).ToArray<byte>());
        Assert.Equal([0, -1], (i >> (1L << 32)).ToArray<int>());
        Assert.Equal([0, 0], (i << (1L << 32)).ToArray<int>());
        Assert.Equal([false, false, false], x.EqualTo(Tensor.FromScalar(300)).ToArray<bool>());
        Assert.Equal([true, true, true], x.Less(Tensor.FromScalar(300)).ToArray<bool>());
        Assert.Equal([true, true, true], Tensor.FromScalar(300).Greater(x).ToArray<bool>());
    }

    [Fact]
    public void Integers_take_no_factor_with_a_fraction()
    {
        Tensor x = Tensor.From([1L, 2]), m = Tensor.Ones([2, 2], DType.Int64), b = Tensor.Ones([1, 2, 2], DType.Int64);
        Dictionary<string, Action> factors = new()
        {
            ["Add"] = () => x.Add(x, 0.5),
            ["Add, in place"] = () => x.AddInPlace(x, double.NaN),
            ["Add, bool"] = () => x.EqualTo(x).Add(x.EqualTo(x), 0.5),
            ["Subtract"] = () => x.Subtract(x, 0.5),
            ["Subtract, in place"] = () => x.SubtractInPlace(x, -1.5),
            ["AddCMul"] = () => x.AddCMul(x, x, 0.5),
            ["AddCMul, in place"] = () => x.AddCMulInPlace(x, x, 0.5),
            ["IndexAdd"] = () => x.IndexAdd(0, Tensor.From([0L]), x[0..1], 0.5),
            ["IndexAdd, in place"] = () => x.IndexAddInPlace(0, Tensor.From([0L]), x[0..1], 0.5),
            ["Addmm"] = () => m.Addmm(m, m, alpha: 0.5),
            ["Addmm, beta"] = () => m.Addmm(m, m, beta: 0.5),
            ["Addmv"] = () => x.Addmv(m, x, alpha: 0.5),
            ["Baddbmm"] = () => b.Baddbmm(b, b, beta: 0.5),
        };
        foreach ((string name, Action action) in factors)
        {
            Assert.StartsWith(name.Split(',')[0] + ":", Assert.Throws<DTypeException>(action).Message, StringComparison.Ordinal);
        }

        Assert.Equal([1L, 2], x.ToArray<long>());
        Assert.Equal([3L, 6], x.Add(x, 2).ToArray<long>());
        Assert.Equal([0, 212, 1], Tensor.From([(byte)0, (byte)44, (byte)255]).Subtract(
            Tensor.From([(byte)0, (byte)44, (byte)255]), 2).ToArray<byte>());
        Assert.Equal([7L, 7, 7, 7], m.Addmm(m, m, beta: 3, alpha: 2).ToArray<long>());
        Assert.Equal(DType.Int64, m.Addmm(m, m, beta: 3, alpha: 2).DType);
        Assert.Equal([1.5f, 2f], Tensor.Ones(2).AddInPlace(x, 0.5).ToArray<float>());
        Assert.Equal([true], Tensor.From([true]).Add(Tensor.From([true]), 256).ToArray<bool>());
    }

    private static void Refuses(string operation, Func<Tensor, Scalar, Tensor> function, DType dtype, params Scalar[] numbers)
    {
        foreach (Scalar number in numbers)
        {
            Tensor x = Tensor.From([1L, 2]).To(dtype);
            ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => function(x, number));
            // NaN is no number for any type, which some say before they look at the type.
            Assert.True(error is DTypeException || double.IsNaN(number.ToDouble()), error.ToString());
            string message = error.Message;
            Assert.StartsWith(operation.Split(',')[0] + ":", message, StringComparison.Ordinal);
            Assert.Equal([1L, 2], x.ToArray<long>());
        }
    }
}
