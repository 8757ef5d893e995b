using DeepLearning.Reporting;

namespace DeepLearning.Tests.Reporting;

public sealed class PngTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 4)]
    [InlineData(3, 2)]
    [InlineData(4, 6)]
    public void Bytes_come_back_from_a_decoder_of_the_format(int channels, int colourType)
    {
        Random random = new(channels);
        foreach ((int height, int width) in new[] { (1, 1), (1, 40), (40, 1), (7, 13), (33, 64) })
        {
            // Smooth images make every filter worth taking, noise none.
            byte[] smooth = new byte[channels * height * width], noise = new byte[smooth.Length];
            random.NextBytes(noise);
            for (int i = 0; i < smooth.Length; i++)
            {
                smooth[i] = (byte)(i / 3 + 90 * Math.Sin(i / (double)width));
            }

            foreach (byte[] planes in new[] { smooth, noise })
            {
                PngDecoder image = PngDecoder.Decode(Png.Encode(Tensor.From(planes, channels, height, width)));
                Assert.Equal((width, height, colourType), (image.Width, image.Height, image.ColourType));
                Assert.Equal(planes, Planes(image));
            }
        }
    }

    [Fact]
    public void Floats_from_0_to_1_are_rounded_and_others_cut()
    {
        float[] values = [0, 1, 0.5f, -3, 7, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.1f];
        PngDecoder image = PngDecoder.Decode(Png.Encode(Tensor.From(values, 3, 3)));
        Assert.Equal([0, 255, 128, 0, 255, 0, 255, 0, 26], image.Pixels);
    }

    [Fact]
    public void Views_and_other_element_types_are_images_too()
    {
        Tensor image = Tensor.Arange(6).Reshape(2, 3).To(DType.Float64) / 5;
        Assert.Equal([0, 153, 51, 204, 102, 255], PngDecoder.Decode(Png.Encode(image.T)).Pixels);
        Assert.Equal([0, 0, 0, 255, 255, 255], PngDecoder.Decode(Png.Encode(image > 0.5)).Pixels);
        Assert.Equal([0, 51, 102, 153, 204, 255], PngDecoder.Decode(Png.Encode(image.To(DType.BFloat16))).Pixels);
    }

    [Fact]
    public void A_smooth_image_takes_less_room_than_without_filters()
    {
        byte[] pixels = [.. Enumerable.Range(0, 64 * 64).Select(static i => (byte)(i % 64 * 2 + i / 64))];
        Assert.InRange(Png.Encode(pixels, 64, 64, 1).Length, 50, 300);
    }

    [Fact]
    public void What_is_no_image_is_named()
    {
        ShapeException shape = Assert.Throws<ShapeException>(() => Png.Encode(Tensor.Zeros(5, 8, 8)));
        Assert.Contains("[5, 8, 8] is no image", shape.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => Png.Encode(Tensor.Zeros(8)));
        Assert.Throws<ShapeException>(() => Png.Encode(Tensor.Zeros(1, 3, 8, 8)));
        Assert.Throws<ShapeException>(() => Png.Encode(Tensor.Zeros(0, 8)));
        DTypeException type = Assert.Throws<DTypeException>(() => Png.Encode(Tensor.Zeros([8, 8], DType.Int64)));
        Assert.Contains("uint8", type.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Png.Encode(new byte[5], 2, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Png.Encode(new byte[20], 2, 2, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Png.Encode([], 0, 2, 1));
    }

    [Fact]
    public void A_grid_holds_the_images_row_by_row_with_padding_between()
    {
        Tensor images = Tensor.Arange(3).Reshape(3, 1, 1, 1).Expand(3, 1, 2, 2).To(DType.UInt8) + 1;
        Tensor grid = ImageGrid.Make(images, columns: 2, padding: 1, padValue: 9);
        Assert.Equal(DType.UInt8, grid.DType);
        Assert.Equal(new Shape(1, 7, 7), grid.Shape);
        byte[] expected =
        [
            9, 9, 9, 9, 9, 9, 9,
            9, 1, 1, 9, 2, 2, 9,
            9, 1, 1, 9, 2, 2, 9,
            9, 9, 9, 9, 9, 9, 9,
            9, 3, 3, 9, 9, 9, 9,
            9, 3, 3, 9, 9, 9, 9,
            9, 9, 9, 9, 9, 9, 9,
        ];
        Assert.Equal(expected, grid.ToArray<byte>());
        Assert.Equal(new Shape(2, 6), ImageGrid.Make(Tensor.Zeros(3, 2, 2), padding: 0).Shape);
        Assert.Throws<ShapeException>(() => ImageGrid.Make(Tensor.Zeros(2, 2)));
    }

    private static byte[] Planes(PngDecoder image)
    {
        int area = image.Width * image.Height;
        return [.. Enumerable.Range(0, area * image.Channels).Select(i => image.Pixels[i % area * image.Channels + i / area])];
    }
}
