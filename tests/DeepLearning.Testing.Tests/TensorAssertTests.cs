using DeepLearning.Testing;

namespace DeepLearning.Tests.Testing;

public sealed class TensorAssertTests
{
    [Fact]
    public void Close_tensors_pass_and_an_error_shows_the_worst_elements_first()
    {
        Tensor expected = Tensor.From([1f, 2, 3, 4], 2, 2);
        TensorAssert.Close(expected, Tensor.From([1f, 2.000001f, 3, 4], 2, 2));
        CheckException e = Assert.Throws<CheckException>(
            () => TensorAssert.Close(expected, Tensor.From([1f, 2.5f, 3, 14], 2, 2), what: "the scores"));
        string[] lines = e.Message.Split('\n');
        Assert.StartsWith("the scores: 2 of 4 elements of float32[2, 2] differ; allowed is", lines[0], StringComparison.Ordinal);
        Assert.Equal(["index", "expected", "actual", "difference"], Words(lines[1]));
        Assert.Equal(["[1,", "1]", "4", "14", "10"], Words(lines[2]));
        Assert.Equal(["[0,", "1]", "2", "2.5", "0.5"], Words(lines[3]));
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public void Only_the_worst_eight_are_shown()
    {
        CheckException e = Assert.Throws<CheckException>(
            () => TensorAssert.Same(Tensor.Zeros(100), Tensor.Arange(1, 101).To(DType.Float32)));
        Assert.Contains("100 of 100 elements", e.Message, StringComparison.Ordinal);
        Assert.Contains("the worst 8:", e.Message, StringComparison.Ordinal);
        Assert.Equal(10, e.Message.Split('\n').Length);
        Assert.Contains("[99]", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("[91]", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_or_a_type_that_differs_is_said_instead_of_elements()
    {
        CheckException shape = Assert.Throws<CheckException>(() => TensorAssert.Close(Tensor.Zeros(2, 3), Tensor.Zeros(3, 2)));
        Assert.Equal("the shape is [3, 2], expected is [2, 3]", shape.Message);
        CheckException type = Assert.Throws<CheckException>(
            () => TensorAssert.Close(Tensor.Zeros(2), Tensor.Zeros([2], DType.Float64)));
        Assert.Equal("the type is float64, expected is float32 (shape [2])", type.Message);
    }

    [Fact]
    public void NaN_and_infinities_equal_themselves_only_and_come_first()
    {
        Tensor expected = Tensor.From([float.NaN, float.PositiveInfinity, 1]);
        TensorAssert.Close(expected, expected.Clone());
        CheckException e = Assert.Throws<CheckException>(
            () => TensorAssert.Close(expected, Tensor.From([float.NaN, float.NegativeInfinity, 100])));
        Assert.Contains("2 of 3 elements of float32[3] differ, 1 by a NaN or an infinity", e.Message, StringComparison.Ordinal);
        Assert.StartsWith("[1]", e.Message.Split('\n')[2].Trim(), StringComparison.Ordinal);
        Assert.Throws<CheckException>(() => TensorAssert.CloseInNorm(Tensor.From([1f, 2]), Tensor.From([1f, float.NaN]), relative: 100));
    }

    [Fact]
    public void Whole_numbers_are_compared_beyond_what_a_double_holds()
    {
        Tensor expected = Tensor.From([(1L << 60) + 1]);
        TensorAssert.Same(expected, expected.Clone());
        CheckException e = Assert.Throws<CheckException>(() => TensorAssert.Same(expected, Tensor.From([1L << 60])));
        Assert.Equal(["[0]", "1152921504606846977", "1152921504606846976", "-1"], Words(e.Message.Split('\n')[2]));
    }

    [Fact]
    public void The_norm_decides_about_elements_that_cancel()
    {
        Tensor expected = Tensor.From([1000.0, 1e-9]), actual = Tensor.From([1000.0, 2e-9]);
        TensorAssert.CloseInNorm(expected, actual, 1e-10);
        Assert.Throws<CheckException>(() => TensorAssert.Close(expected, actual, 1e-10, 0));
        CheckException e = Assert.Throws<CheckException>(() => TensorAssert.CloseInNorm(expected, expected * 1.01, 1e-3));
        Assert.Contains("‖actual − expected‖ = 10 is more than 1 = 0.001 · ‖expected‖", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finite_names_the_first_element_that_is_not()
    {
        TensorAssert.Finite(Tensor.Ones(3));
        CheckException e = Assert.Throws<CheckException>(() => TensorAssert.Finite(Tensor.From([1f, float.NaN, float.NaN]), "output"));
        Assert.StartsWith("output: 2 of 3 elements", e.Message, StringComparison.Ordinal);
        Assert.Contains("element 1", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[2, 3, 4]")]
    [InlineData("[N, 3, _]")]
    [InlineData("[..]")]
    [InlineData("[2, ..]")]
    [InlineData("[.., 4]")]
    [InlineData("[2, .., 4]")]
    [InlineData("[_, .., _, _]")]
    public void A_pattern_fits(string pattern) => TensorAssert.HasShape(Tensor.Zeros(2, 3, 4), pattern);

    [Theory]
    [InlineData("[2, 3]", "has 3 axes where [2, 3] has 2")]
    [InlineData("[2, 3, 5]", "axis 2 has length 4, not 5")]
    [InlineData("[N, N, _]", "axis 1 has length 3, not N = 2")]
    [InlineData("[.., 3, _, _, _]", "at least 4")]
    [InlineData("[.., 3]", "axis 2 has length 4, not 3")]
    public void A_pattern_that_does_not_fit_says_where(string pattern, string message)
    {
        CheckException e = Assert.Throws<CheckException>(() => TensorAssert.HasShape(Tensor.Zeros(2, 3, 4), pattern));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2, 3")]
    [InlineData("[2, -3]")]
    [InlineData("[2, , 3]")]
    [InlineData("[.., 3, ..]")]
    [InlineData("[a b]")]
    public void A_malformed_pattern_is_refused(string pattern) =>
        Assert.Throws<FormatException>(() => TensorAssert.HasShape(Tensor.Zeros(2, 3, 4), pattern));

    [Fact]
    public void Names_have_one_length_over_several_tensors()
    {
        TensorAssert.HaveShapes((Tensor.Zeros(2, 5), "[N, T]"), (Tensor.Zeros(5, 2), "[T, N]"));
        CheckException e = Assert.Throws<CheckException>(
            () => TensorAssert.HaveShapes((Tensor.Zeros(2, 5), "[N, T]"), (Tensor.Zeros(2, 4), "[N, T]")));
        Assert.Contains("tensor 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("not T = 5", e.Message, StringComparison.Ordinal);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
