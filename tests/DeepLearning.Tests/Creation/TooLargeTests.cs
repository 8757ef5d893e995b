namespace DeepLearning.Tests.Creation;

/// <summary>Shapes beyond any memory, and axes beyond any length: an error that says so, from everything that makes a tensor.</summary>
public class TooLargeTests
{
    private static readonly Tensor s_wide = Tensor.Zeros(1).Expand(70000, 70000, 70000);
    private static readonly Tensor s_long = Tensor.Zeros(1).Expand(int.MaxValue);

    public static TheoryData<string, Func<Tensor>> Allocations => new()
    {
        { "Zeros", () => Tensor.Zeros(70000, 70000, 70000) },
        { "Ones", () => Tensor.Ones([70000, 70000, 70000], DType.UInt8) },
        { "Full", () => Tensor.Full([int.MaxValue, int.MaxValue], 1.0, DType.Float64) },
        { "Full, just countable", () => Tensor.Full([int.MaxValue, int.MaxValue, 2], 1.0, DType.Float64) },
        { "Empty", () => Tensor.Empty([int.MaxValue, int.MaxValue, 2]) },
        { "EmptyLike", () => Tensor.EmptyLike(s_wide) },
        { "Rand", () => Tensor.Rand(70000, 70000, 70000) },
        { "Randn", () => Tensor.Randn([70000, 70000, 70000], DType.Float16) },
        { "RandInt", () => Tensor.RandInt(3, [70000, 70000, 70000]) },
        { "Eye", () => Tensor.Eye(int.MaxValue, int.MaxValue) },
        { "Clone", () => s_wide.Clone() },
        { "Contiguous", () => s_wide.Contiguous() },
        { "To", () => s_wide.To(DType.Float64) },
        { "Negate", () => -s_wide },
        { "Add", () => s_wide + s_wide },
        { "broadcast", () => Tensor.Zeros(1).Expand(70000, 70000, 1) + Tensor.Zeros(70000) },
        { "Where", () => Tensor.Where(s_wide.EqualTo(0), s_wide, s_wide) },
        { "Outer", () => s_long.Outer(s_long) },
        { "MatMul", () => s_long.Unsqueeze(1).MatMul(s_long.Unsqueeze(0)) },
        { "Kron", () => Tensor.Zeros(1, 1).Expand(40000, 40000).Kron(Tensor.Zeros(1, 1).Expand(40000, 40000)) },
        { "Repeat", () => Tensor.Zeros(70000, 1, 1).Repeat(1, 70000, 70000) },
        { "Tile", () => Tensor.Zeros(70000, 1, 1).Tile(70000, 70000) },
        { "OneHot", () => Tensor.Zeros([100000], DType.Int64).OneHot(int.MaxValue) },
        { "Cat", () => Tensor.Cat([s_wide, s_wide]) },
        { "Stack", () => Tensor.Stack([s_wide, s_wide]) },
        { "Pad", () => Tensor.Zeros(2, 2).Pad([int.MaxValue - 2, 0, int.MaxValue - 2, 0]) },
        { "Tril", () => s_wide.Tril() },
        { "DiagEmbed", () => s_long.DiagEmbed() },
    };

    public static TheoryData<string, Func<Tensor>> Lengths => new()
    {
        { "Arange", () => Tensor.Arange(1L << 40) },
        { "Arange", () => Tensor.Arange(0, 1e300) },
        { "Arange", () => Tensor.Arange(long.MinValue, long.MaxValue) },
        { "Repeat", () => Tensor.Zeros(70000).Repeat(70000) },
        { "Repeat", () => Tensor.Zeros(70000).Tile(70000) },
        { "Kron", () => Tensor.Zeros(70000).Kron(Tensor.Zeros(70000)) },
        { "Cat", () => Tensor.Cat([s_long, s_long]) },
        { "Flatten", () => s_wide.Flatten() },
        { "Reshape", () => s_wide.Reshape(-1) },
        { "OneHot", () => Tensor.From([long.MaxValue]).OneHot() },
        { "OneHot", () => Tensor.From([(long)int.MaxValue]).OneHot() },
        { "BinCount", () => Tensor.From([long.MaxValue]).BinCount() },
        { "Pad", () => Tensor.Zeros(2).Pad([int.MaxValue, 0]) },
        { "Pad", () => s_long.Pad([1, 1], PadMode.Replicate) },
        { "DiagEmbed", () => Tensor.Zeros(2).DiagEmbed(int.MaxValue) },
    };

    [Theory]
    [MemberData(nameof(Allocations))]
    public void Memory_that_nobody_has_is_refused_with_its_size(string name, Func<Tensor> make)
    {
        InsufficientMemoryException error = Assert.Throws<InsufficientMemoryException>(make);
        Assert.True(error.Message.Contains("GiB does not fit into memory", StringComparison.Ordinal), $"{name}: {error.Message}");
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void An_axis_longer_than_can_be_is_refused_by_name(string name, Func<Tensor> make)
    {
        ShapeException error = Assert.Throws<ShapeException>(make);
        Assert.Contains(name, error.Message);
        Assert.Contains("2147483647", error.Message);
    }

    [Fact]
    public void Shapes_that_cannot_be_counted_or_do_not_fit_are_refused_as_shapes()
    {
        Assert.Contains("counted", Assert.Throws<ShapeException>(() => Tensor.Zeros(int.MaxValue, int.MaxValue, int.MaxValue)).Message);
        Assert.Contains("Reshape", Assert.Throws<ShapeException>(() => Tensor.Zeros(4).Reshape(70000, 70000, 70000, 70000)).Message);
        Assert.Contains("Unflatten", Assert.Throws<ShapeException>(() => Tensor.Zeros(4).Unflatten(0, 70000, 70000, 70000, 70000)).Message);

        // No elements are no elements, wherever the zero stands.
        Assert.Equal(0, Tensor.Zeros(int.MaxValue, int.MaxValue, int.MaxValue, 0).Count);
        Assert.Equal(0, Tensor.Zeros(0, int.MaxValue, int.MaxValue, int.MaxValue).Count);
        Assert.Equal(0, Tensor.Zeros(0).Reshape(0, int.MaxValue, int.MaxValue, int.MaxValue).Count);
    }
}
