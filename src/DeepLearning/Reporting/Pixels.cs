namespace DeepLearning.Reporting;

/// <summary>An image as bytes, the channels of a pixel side by side.</summary>
internal readonly record struct Pixels(byte[] Bytes, int Width, int Height, int Channels)
{
    /// <summary>The pixels of an image tensor; <paramref name="stretch"/> maps values that go beyond 0 … 1 to that range.</summary>
    public static Pixels Of(Tensor image, string operation, bool stretch = false)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Rank is not (2 or 3) || image.Count == 0 || (image.Rank == 3 && image.Size(0) > 4))
        {
            throw new ShapeException(
                $"{operation}: {image.Shape} is no image; that is [height, width] or [channels, height, width] with 1 to 4 channels.");
        }

        if (image.DType is DType.Int32 or DType.Int64)
        {
            throw new DTypeException(
                $"{operation}: {image.DType.Name()} values have no known range; convert them to uint8 (0 to 255) or to floats from 0 to "
                    + "1.");
        }

        (int height, int width) = (image.Size(-2), image.Size(-1));
        int channels = image.Rank == 3 ? image.Size(0) : 1;
        return new Pixels(Interleave(Bytes8(image, stretch), height * width, channels), width, height, channels);
    }

    /// <summary>
    /// The image made smaller by a whole factor, so that no side exceeds a limit; each pixel is the mean of those it stands for.
    /// </summary>
    public Pixels Shrink(int limit)
    {
        int factor = (Math.Max(Width, Height) + limit - 1) / limit;
        if (factor <= 1)
        {
            return this;
        }

        (int width, int height) = (Math.Max(1, Width / factor), Math.Max(1, Height / factor));
        byte[] small = new byte[width * height * Channels];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int channel = 0; channel < Channels; channel++)
                {
                    small[(y * width + x) * Channels + channel] = Mean(x * factor, y * factor, factor, channel);
                }
            }
        }

        return new Pixels(small, width, height, Channels);
    }

    private static byte[] Bytes8(Tensor image, bool stretch)
    {
        using TensorScope scope = new();
        image = image.Detach();
        if (image.DType == DType.UInt8)
        {
            return image.ToArray<byte>();
        }

        float[] values = image.To(DType.Float32).ToArray<float>();
        float least = 0, most = 1;
        if (stretch && values.Any(static v => v is < 0 or > 1))
        {
            least = values.Where(float.IsFinite).DefaultIfEmpty(0).Min();
            most = values.Where(float.IsFinite).DefaultIfEmpty(1).Max();
        }

        float scale = most > least ? 255 / (most - least) : 1;
        return Array.ConvertAll(values, v => float.IsNaN(v) ? (byte)0 : (byte)(Math.Clamp((v - least) * scale, 0, 255) + 0.5f));
    }

    private static byte[] Interleave(byte[] planes, int area, int channels)
    {
        if (channels == 1)
        {
            return planes;
        }

        byte[] pixels = new byte[planes.Length];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int i = 0; i < area; i++)
            {
                pixels[i * channels + channel] = planes[channel * area + i];
            }
        }

        return pixels;
    }

    private byte Mean(int left, int top, int factor, int channel)
    {
        long sum = 0;
        (int right, int bottom) = (Math.Min(left + factor, Width), Math.Min(top + factor, Height));
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                sum += Bytes[(y * Width + x) * Channels + channel];
            }
        }

        int count = (right - left) * (bottom - top);
        return (byte)((sum + count / 2) / count);
    }
}
