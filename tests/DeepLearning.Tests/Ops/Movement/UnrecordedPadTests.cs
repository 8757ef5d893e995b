namespace DeepLearning.Tests.Ops.Movement;

/// <summary>What is padded, dealt out or pooled in one go where nothing is recorded, against the recorded way.</summary>
public sealed class UnrecordedPadTests
{
    [Theory]
    [InlineData(PadMode.Reflect)]
    [InlineData(PadMode.Replicate)]
    [InlineData(PadMode.Circular)]
    public void Padding_gives_the_same_recorded_or_not(PadMode mode)
    {
        int[][] paddings = [[1, 2], [0, 3], [3, 0], [2, 1, 0, 2], [1, 1, 2, 3], [0, 0, 1, 0], [1, 2, 0, 0, 1, 1], [2, 2, 1, 1, 1, 2], []];
        Tensor[] inputs =
        [
            Tensor.Randn([3, 4, 5], DType.Float32, new Generator(1)),
            Tensor.Randn([5, 4, 4], DType.Float64, new Generator(2)).Transpose(0, 2),
            Tensor.Randn([2, 3, 4, 6], DType.Float64, new Generator(3)).To(DType.BFloat16),
            Tensor.Randn([4, 4, 4], DType.Float32, new Generator(4))[.., 1.., ..].Unsqueeze(0),
        ];
        foreach (Tensor x in inputs)
        {
            foreach (int[] padding in paddings)
            {
                if (padding.Where((p, i) => p >= x.Size(-1 - (i / 2))).Any())
                {
                    continue;
                }

                Tensor leaf = x.Detach();
                leaf.RequiresGrad = true;
                Tensor recorded = leaf.Pad(padding, mode), plain = x.Pad(padding, mode);
                Assert.True(recorded.RequiresGrad && !plain.RequiresGrad);
                Assert.True(plain.IsContiguous);
                Assert.Equal(recorded.Shape, plain.Shape);
                Assert.True(recorded.Detach().Equal(plain), $"{x.Shape} {string.Join(',', padding)}");
            }
        }
    }

    [Fact]
    public void Padding_of_whole_numbers_and_of_nothing()
    {
        Tensor x = Tensor.From([1L, 2, 3]);
        Assert.Equal([3L, 2, 1, 2, 3, 2], x.Pad([2, 1], PadMode.Reflect).ToArray<long>());
        Assert.Equal([1L, 1, 1, 2, 3, 3], x.Pad([2, 1], PadMode.Replicate).ToArray<long>());
        Assert.Equal([2L, 3, 1, 2, 3, 1], x.Pad([2, 1], PadMode.Circular).ToArray<long>());
        Tensor empty = Tensor.Zeros([0, 3]).Pad([1, 1], PadMode.Reflect);
        Assert.Equal([0, 5], empty.Shape.ToArray());
        Tensor same = x.Pad([], PadMode.Reflect);
        same.AddInPlace(1);
        Assert.Equal([1L, 2, 3], x.ToArray<long>());
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float16)]
    [InlineData(DType.UInt8)]
    public void Lines_that_are_dealt_out_in_turn_are_where_the_formula_has_them(DType dtype)
    {
        foreach ((int lines, int length, int lead) in new[] { (2, 4, 1), (2, 9000, 1), (3, 4097, 2), (3, 5, 7), (2, 3, 3), (4, 65, 2) })
        {
            Tensor x = Tensor.Arange(0, lead * lines * length).Remainder(251).To(dtype).Reshape(lead, lines, length);
            double[] given = x.To(DType.Float64).ToArray<double>();
            double[] dealt = x.Transpose(1, 2).Contiguous().To(DType.Float64).ToArray<double>();
            for (int i = 0; i < dealt.Length; i++)
            {
                int line = i % lines, place = i / lines % length, block = i / lines / length;
                Assert.Equal(given[(((block * lines) + line) * length) + place], dealt[i]);
            }
        }
    }

    [Fact]
    public void The_greatest_elements_alone_are_those_with_their_positions()
    {
        Tensor x = Tensor.Randn([3, 2, 61], DType.Float32, new Generator(5));
        x[0, 1, 7] = float.NaN;
        x[1, 0, ..] = float.NegativeInfinity;
        foreach ((int kernel, int stride, int padding, int dilation) in
            new[] { (2, 2, 0, 1), (3, 2, 1, 1), (3, 1, 1, 1), (2, 3, 1, 4), (5, 1, 2, 1), (4, 5, 2, 1) })
        {
            foreach (bool ceil in (bool[])[false, true])
            {
                float[] alone = x.MaxPool1d(kernel, stride, padding, dilation, ceil).ToArray<float>();
                Assert.Equal(x.MaxPool1dWithIndices(kernel, stride, padding, dilation, ceil).Values.ToArray<float>(), alone);
            }
        }
    }
}
