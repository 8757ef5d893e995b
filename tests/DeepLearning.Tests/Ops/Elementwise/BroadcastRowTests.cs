namespace DeepLearning.Tests.Ops.Elementwise;

/// <summary>A row that all rows share, in every layout that a row can have, gives what a row in one piece gives.</summary>
[Trait("Rerun", "Simd")]
public class BroadcastRowTests
{
    public static TheoryData<int, int> Sizes => new()
    {
        // Rows and columns: shorter than a block, dividing it or not, as long, longer, and more than a chunk together.
        { 3, 2 }, { 5, 7 }, { 70, 16 }, { 9, 100 }, { 5, 511 }, { 5, 512 }, { 5, 513 }, { 40, 700 }, { 130, 257 }, { 3, 17000 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_row_with_a_step_between_its_elements_is_read_as_one_without(int rows, int columns)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.Float16, DType.Int32, DType.UInt8])
        {
            Tensor x = Numbers(rows * columns, 13, dtype).Reshape(rows, columns);
            foreach ((string kind, Tensor row) in Rows(columns, dtype))
            {
                Tensor plain = row.Clone(), full = plain.Reshape(1, columns).Expand(rows, columns).Contiguous();
                Same(x + full, x + row, "right");
                Same(full - x, row - x, "left");
                Same(full * full, row * row.Reshape(1, columns).Expand(rows, columns), "twice");
                Same(full > x, row > x, "compared");
                Tensor inPlace = x.Clone(), third = x.Clone();
                Same(x + full, inPlace.AddInPlace(row), "in place");
                Same(x + (full * x), third.AddCMulInPlace(row, x.Clone()), "of three");
                Same(Tensor.Where(x > 5, full, x), Tensor.Where(x > 5, row, x), "chosen");
                Same((x + full).To(DType.Float64), x.To(DType.Float64) + row, "converted");

                void Same(Tensor expected, Tensor got, string how) => Assert.True(
                    expected.Shape == got.Shape && expected.EqualTo(got).All().Item<bool>(), $"{dtype} [{rows}, {columns}] {kind} {how}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_gradient_of_such_a_row_is_the_sum_over_the_rows(int rows, int columns)
    {
        Tensor x = Numbers(rows * columns, 13, DType.Float64).Reshape(rows, columns);
        Tensor memory = Numbers(columns * 2, 11, DType.Float64).Reshape(columns, 2);
        memory.RequiresGrad = true;
        Tensor row = memory[.., 1];
        double[] gradient = Autograd.Grad((x * row * row).Sum(), memory).ToArray<double>();
        double[] expected = (x.Sum(0) * row.Detach() * 2).ToArray<double>();
        for (int column = 0; column < columns; column++)
        {
            Assert.Equal(0, gradient[2 * column]);
            Assert.Equal(expected[column], gradient[(2 * column) + 1], expected[column] * 1e-12);
        }
    }

    private static IEnumerable<(string Kind, Tensor Row)> Rows(int columns, DType dtype)
    {
        yield return ("plain", Numbers(columns, 11, dtype));
        yield return ("every second", Numbers(columns * 2, 11, dtype).Reshape(columns, 2)[.., 0]);
        yield return ("every second from the second", Numbers(columns * 2, 11, dtype).Reshape(columns, 2)[.., 1]);
        yield return ("every fifth", Numbers(columns * 5, 11, dtype).Reshape(columns, 5)[.., 3]);
        yield return ("a column", Numbers(columns * 3, 11, dtype).Reshape(columns, 3).T[1]);
        yield return ("a part", Numbers(columns + 9, 11, dtype)[4..(columns + 4)]);
        yield return ("one number", Numbers(1, 11, dtype).Expand(columns));
    }

    private static Tensor Numbers(int count, int period, DType dtype) =>
        Tensor.From([.. Enumerable.Range(0, count).Select(i => 1 + (i * 5 % period))]).To(dtype);
}
