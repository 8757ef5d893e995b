namespace DeepLearning.Tests.Ops.Reduction;

/// <summary>
/// Greatest and least elements at every place of a row: kernels work in lanes, groups of lanes, blocks and chunks, and an element at
/// the edge of one is easily passed over, as is a tie whose halves lie on both sides of an edge.
/// </summary>
[Trait("Rerun", "Simd")]
public class ExtremePlacesTests
{
    private static readonly int[] s_short = [.. Enumerable.Range(1, 70), 127, 128, 129, 255, 256, 257];
    private static readonly int[] s_long = [4095, 4096, 4097, 8193, 65536, 65537, 131073];

    private static readonly DType[] s_types = [.. Enum.GetValues<DType>().Where(static t => t != DType.Bool)];

    public static TheoryData<DType> Types => new(s_types);

    public static TheoryData<int> Lengths => new(s_long);

    [Theory]
    [MemberData(nameof(Types))]
    public void An_extreme_is_found_at_every_place_of_a_short_row(DType dtype)
    {
        foreach (int length in s_short)
        {
            foreach (int place in Enumerable.Range(0, length).Where(p => length <= 70 || p > length - 40 || p % 16 is 0 or 15))
            {
                Check(length, dtype, place);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void An_extreme_is_found_at_the_edges_of_blocks_and_chunks(int length)
    {
        foreach (int place in Edges(length))
        {
            Check(length, DType.Float32, place);
            Check(length, DType.Int64, place);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void The_first_of_equal_extremes_wins_wherever_the_others_are(DType dtype)
    {
        foreach (int length in (int[])[2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 70, 130, 259])
        {
            for (int first = 0; first < length - 1; first += 1 + (length / 24))
            {
                foreach (int second in ((int[])[first + 1, first + 8, first + 16, first + 32, length - 1]).Where(s => s < length))
                {
                    Check(length, dtype, first, second);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void The_first_of_equal_extremes_wins_across_blocks_and_chunks(int length)
    {
        int[] edges = Edges(length);
        for (int i = 0; i + 1 < edges.Length; i++)
        {
            Check(length, DType.Float32, edges[i], edges[i + 1], length - 1);
            Check(length, DType.Float64, edges[i], edges[^1]);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void NaN_and_infinity_win_at_every_place(double winner)
    {
        foreach (int length in (int[])[1, 3, 9, 17, 33, 65, 70, 4097, 8193])
        {
            foreach (int place in length <= 70 ? Enumerable.Range(0, length) : Edges(length))
            {
                double[] values = Background(length);
                values[place] = winner;
                values[^1] = winner;
                foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.Float16])
                {
                    Tensor x = Tensor.From(values).To(dtype), least = double.IsNaN(winner) ? x : -x;
                    Assert.Equal(place, x.ArgMax().Item<long>());
                    Assert.Equal(place, least.ArgMin().Item<long>());
                    Assert.Equal(winner, x.Max().Item<double>());
                    Assert.Equal(winner, x.Amax().Item<double>());
                    Assert.Equal(winner, Math.Abs(least.Min().Item<double>()));
                    Assert.Equal(winner, x.Max(0).Values.Item<double>());
                }
            }
        }
    }

    [Fact]
    public void A_row_of_one_number_only_has_its_extremes_at_the_beginning()
    {
        foreach (int length in s_short.Concat(s_long))
        {
            foreach (double value in (double[])[0, -3, double.NegativeInfinity, double.PositiveInfinity, double.NaN])
            {
                Tensor x = Tensor.Full([length], value, DType.Float32);
                Assert.Equal((0, 0), (x.ArgMax().Item<long>(), x.ArgMin().Item<long>()));
                Assert.Equal((value, value), (x.Max().Item<double>(), x.Min().Item<double>()));
                Assert.Equal((value, value), (x.Amax().Item<double>(), x.Amin().Item<double>()));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(130)]
    public void An_extreme_of_a_column_is_found_in_every_row(int columns)
    {
        foreach (int rows in (int[])[1, 2, 63, 64, 65, 128, 129])
        {
            foreach (int row in ((int[])[0, 1, 62, 63, 64, 65, 127, 128]).Where(r => r < rows))
            {
                double[] values = Background(rows * columns);
                for (int column = 0; column < columns; column++)
                {
                    values[(row * columns) + column] = 10 + column;
                }

                double[] expected = [.. Enumerable.Range(10, columns)];
                Tensor x = Tensor.From(values).To(DType.Float32).Reshape(rows, columns);
                Assert.Equal(expected, x.Amax(0).ToArray<double>());
                Assert.Equal(expected, (-x).Amin(0).Negate().ToArray<double>());
                Assert.Equal(expected, x.Max(0).Values.ToArray<double>());
                Assert.All(x.ArgMax(0).ToArray<long>(), p => Assert.Equal(row, p));
                Assert.All((-x).ArgMin(0).ToArray<long>(), p => Assert.Equal(row, p));
            }
        }
    }

    [Fact]
    public void Equal_elements_keep_their_order_in_every_method_of_sorting()
    {
        foreach (int length in (int[])[2, 23, 24, 25, 26, 300, 2047, 2048, 2049, 4097])
        {
            long[] numbers = [.. Enumerable.Range(0, length).Select(static i => (long)(i * 7919 % 5))];
            long[] up = [.. Enumerable.Range(0, length).OrderBy(i => numbers[i]).Select(static i => (long)i)];
            long[] down = [.. Enumerable.Range(0, length).OrderByDescending(i => numbers[i]).Select(static i => (long)i)];
            foreach (DType dtype in s_types)
            {
                Tensor x = Tensor.From(numbers).To(dtype);
                Assert.Equal(up, x.Sort(0).Indices.ToArray<long>());
                Assert.Equal(down, x.Sort(0, descending: true).Indices.ToArray<long>());
                int k = length / 2;
                Assert.Equal(down[..k].Select(i => numbers[i]), x.TopK(k, 0).Values.To(DType.Int64).ToArray<long>());
            }
        }
    }

    [Fact]
    public void Running_extremes_take_the_last_of_equal_elements()
    {
        int[] numbers = [.. Enumerable.Range(0, 300).Select(static i => i * 7919 % 11)];
        ValuesAndIndices most = Tensor.From(numbers).CumMax(0), least = Tensor.From(numbers).CumMin(0);
        int top = 0, bottom = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            top = numbers[i] >= numbers[top] ? i : top;
            bottom = numbers[i] <= numbers[bottom] ? i : bottom;
            Assert.Equal((numbers[top], top), (most.Values[i].Item<int>(), most.Indices[i].Item<long>()));
            Assert.Equal((numbers[bottom], bottom), (least.Values[i].Item<int>(), least.Indices[i].Item<long>()));
        }
    }

    /// <summary>A row with the number 100 at the given places: its extremes, their place, and how their gradient is shared out.</summary>
    private static void Check(int length, DType dtype, params int[] given)
    {
        int[] places = [.. given.Distinct()];
        double[] values = Background(length);
        Array.ForEach(places, place => values[place] = 100);
        Tensor x = Tensor.From(values).To(dtype), y = dtype == DType.UInt8 ? 200 - x : -x;
        double least = dtype == DType.UInt8 ? 100 : -100;
        string where = $"{dtype}[{length}] at {string.Join(", ", places)}";
        Assert.True(places[0] == x.ArgMax().Item<long>(), $"ArgMax of {where} is {x.ArgMax().Item<long>()}");
        Assert.True(places[0] == y.ArgMin().Item<long>(), $"ArgMin of {where} is {y.ArgMin().Item<long>()}");
        Assert.Equal((100, 100), (x.Max().Item<double>(), x.Amax(0).Item<double>()));
        Assert.Equal((least, least), (y.Min().Item<double>(), y.Amin(0).Item<double>()));
        if (!dtype.IsFloatingPoint())
        {
            return;
        }

        // All elements share the gradient of the greatest; of the greatest along an axis, the first has it.
        double[] shared = new double[length], first = new double[length];
        Array.ForEach(places, place => shared[place] = 3.0 / places.Length);
        first[places[0]] = 3;
        shared = Tensor.From(shared).To(dtype).ToArray<double>();
        Same(shared, GradientOf(x, static t => t.Max()), $"Max of {where}");
        Same(shared, GradientOf(x, static t => t.Amax(0)), $"Amax of {where}");
        Same(shared, GradientOf(y, static t => t.Min()), $"Min of {where}");
        Same(shared, GradientOf(y, static t => t.Amin(0)), $"Amin of {where}");
        Same(first, GradientOf(x, static t => t.Max(0).Values), $"Max along an axis of {where}");
        Same(first, GradientOf(y, static t => t.Min(0).Values), $"Min along an axis of {where}");
    }

    private static void Same(ReadOnlySpan<double> expected, ReadOnlySpan<double> got, string what)
    {
        int same = expected.CommonPrefixLength(got);
        if (same < expected.Length || same < got.Length)
        {
            Assert.Fail($"The gradient of {what} is {got[same]} at {same}, not {expected[same]}.");
        }
    }

    private static double[] GradientOf(Tensor x, Func<Tensor, Tensor> function)
    {
        Tensor leaf = x.Detach();
        leaf.RequiresGrad = true;
        (function(leaf) * 3.0).Backward();
        return leaf.Grad!.ToArray<double>();
    }

    private static double[] Background(int length) => [.. Enumerable.Range(0, length).Select(static i => (double)(i % 7))];

    private static int[] Edges(int length) =>
        [
            .. ((int[])[0, 1, 31, 32, 63, 64, 4095, 4096, 8191, 8192, 65535, 65536, 131071, 131072, length - 1])
                .Where(p => p < length).Distinct(),
        ];
}
