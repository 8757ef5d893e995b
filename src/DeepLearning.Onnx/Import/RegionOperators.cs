namespace DeepLearning.Onnx.Import;

/// <summary>Regions of images: pooled, aligned, and those that overlap others left out. Their results have no gradient.</summary>
internal static class RegionOperators
{
    public static void Add(Operators to)
    {
        to.Add("RoiAlign", RoiAlign);
        to.Add("MaxRoiPool", MaxRoiPool);
        to.Add("NonMaxSuppression", NonMaxSuppression);
    }

    private static Value RoiAlign(Call c)
    {
        Tensor x = c[0];
        double[] image = x.Detach().To(DType.Float64).ToArray<double>(), rois = c[1].Detach().To(DType.Float64).ToArray<double>();
        long[] batches = c.AllNumbers(2);
        (int channels, int height, int width) = (x.Size(1), x.Size(2), x.Size(3));
        int rows = c.Int32("output_height", 1), columns = c.Int32("output_width", 1), sampling = c.Int32("sampling_ratio", 0);
        double scale = c.Float("spatial_scale", 1);
        bool half = c.Text("coordinate_transformation_mode", c.Opset < 16 ? "output_half_pixel" : "half_pixel") == "half_pixel";
        bool isMean = c.Text("mode", "avg") == "avg";
        Limits.Check([batches.Length, channels, rows, columns]);
        double[] result = new double[(long)batches.Length * channels * rows * columns];
        for (int n = 0; n < batches.Length; n++)
        {
            if (batches[n] < 0 || batches[n] >= x.Size(0))
            {
                throw new OnnxException($"there is no image {batches[n]} of {x.Size(0)}.");
            }

            double offset = half ? 0.5 : 0;
            double left = (rois[4 * n] * scale) - offset, top = (rois[(4 * n) + 1] * scale) - offset;
            double across = (rois[(4 * n) + 2] * scale) - offset - left, down = (rois[(4 * n) + 3] * scale) - offset - top;
            (across, down) = half ? (across, down) : (Math.Max(across, 1), Math.Max(down, 1));
            int ny = sampling > 0 ? sampling : (int)Math.Ceiling(down / rows), nx = sampling > 0 ? sampling
                : (int)Math.Ceiling(across / columns);
            Limits.Check([Math.Max(ny, 0), Math.Max(nx, 0), rows, columns]);
            for (int at = 0; at < rows * columns; at++)
            {
                double startY = top + (at / columns * down / rows), startX = left + (at % columns * across / columns);
                for (int channel = 0; channel < channels; channel++)
                {
                    ReadOnlySpan<double> plane = image.AsSpan(((int)batches[n] * channels + channel) * height * width, height * width);
                    double sum = 0, most = double.NegativeInfinity;
                    for (int i = 0; i < ny * nx; i++)
                    {
                        double y = startY + (((i / nx) + 0.5) * down / rows / ny), z = startX + (((i % nx) + 0.5) * across / columns / nx);
                        (double own, double greatest) = Between(plane, height, width, y, z);
                        (sum, most) = (sum + own, Math.Max(most, greatest));
                    }

                    result[(((n * channels) + channel) * rows * columns) + at] =
                        isMean ? sum / Math.Max(ny * nx, 1) : ny * nx == 0 ? 0 : most;
                }
            }
        }

        return c.Keep(0, Tensor.From(result, batches.Length, channels, rows, columns));
    }

    /// <summary>The value between four pixels, and the greatest of their shares.</summary>
    private static (double Sum, double Most) Between(ReadOnlySpan<double> plane, int height, int width, double y, double x)
    {
        if (y < -1 || y > height || x < -1 || x > width)
        {
            return (0, 0);
        }

        (y, x) = (Math.Clamp(y, 0, height - 1), Math.Clamp(x, 0, width - 1));
        int top = (int)y, left = (int)x, bottom = Math.Min(top + 1, height - 1), right = Math.Min(left + 1, width - 1);
        double down = y - top, across = x - left;
        double a = (1 - down) * (1 - across) * plane[(top * width) + left], b = (1 - down) * across * plane[(top * width) + right];
        double c = down * (1 - across) * plane[(bottom * width) + left], d = down * across * plane[(bottom * width) + right];
        return (a + b + c + d, Math.Max(Math.Max(a, b), Math.Max(c, d)));
    }

    private static Value MaxRoiPool(Call c)
    {
        Tensor x = c[0];
        double[] image = x.Detach().To(DType.Float64).ToArray<double>(), rois = c[1].Detach().To(DType.Float64).ToArray<double>();
        long[] pooled = c.Ints("pooled_shape") ?? throw new OnnxException("pooled_shape is missing.");
        (int channels, int height, int width, int count) = (x.Size(1), x.Size(2), x.Size(3), c[1].Size(0));
        int rows = Call.Small(pooled[0], "pooled_shape"), columns = Call.Small(pooled[1], "pooled_shape");
        double scale = c.Float("spatial_scale", 1);
        Limits.Check([count, channels, rows, columns]);
        double[] result = new double[(long)count * channels * rows * columns];
        for (int n = 0; n < count; n++)
        {
            int batch = (int)rois[5 * n];
            int left = Rounded(rois[(5 * n) + 1] * scale), top = Rounded(rois[(5 * n) + 2] * scale);
            int across = Math.Max(Rounded(rois[(5 * n) + 3] * scale) - left + 1, 1);
            int down = Math.Max(Rounded(rois[(5 * n) + 4] * scale) - top + 1, 1);
            for (int i = 0; i < channels * rows * columns; i++)
            {
                (int channel, int row, int column) = (i / (rows * columns), i / columns % rows, i % columns);
                int y0 = Math.Clamp(top + (int)Math.Floor(row * (double)down / rows), 0, height);
                int y1 = Math.Clamp(top + (int)Math.Ceiling((row + 1) * (double)down / rows), 0, height);
                int x0 = Math.Clamp(left + (int)Math.Floor(column * (double)across / columns), 0, width);
                int x1 = Math.Clamp(left + (int)Math.Ceiling((column + 1) * (double)across / columns), 0, width);
                double most = y1 <= y0 || x1 <= x0 ? 0 : double.NegativeInfinity;
                for (int y = y0; y < y1; y++)
                {
                    for (int z = x0; z < x1; z++)
                    {
                        most = Math.Max(most, image[((((batch * channels) + channel) * height) + y) * width + z]);
                    }
                }

                result[(n * channels * rows * columns) + i] = most;
            }
        }

        return c.Keep(0, Tensor.From(result, count, channels, rows, columns));
    }

    private static int Rounded(double number) => (int)Math.Floor(number + 0.5);

    private static Value NonMaxSuppression(Call c)
    {
        float[] boxes = c[0].Detach().To(DType.Float32).ToArray<float>(), scores = c[1].Detach().To(DType.Float32).ToArray<float>();
        (int batches, int classes, int count) = (c[1].Size(0), c[1].Size(1), c[1].Size(2));
        long most = c.Has(2) ? c.Number(2) : 0;
        float overlap = c.Has(3) ? c[3].Reshape([]).Item<float>() : 0;
        float? least = c.Has(4) ? c[4].Reshape([]).Item<float>() : null;
        bool centered = c.Flag("center_point_box");
        List<long> chosen = [];
        for (int group = 0; group < batches * classes; group++)
        {
            int batch = group / classes;
            List<int> kept = [];
            foreach (int box in Enumerable.Range(0, count)
                .Where(i => least is not { } limit || scores[(group * count) + i] > limit)
                .OrderByDescending(i => scores[(group * count) + i]))
            {
                if (kept.Count >= most)
                {
                    break;
                }

                if (kept.TrueForAll(other => Overlap(Box(batch, box), Box(batch, other)) <= overlap))
                {
                    kept.Add(box);
                    chosen.AddRange([batch, group % classes, box]);
                }
            }
        }

        return Tensor.From(chosen.ToArray(), chosen.Count / 3, 3);

        (float Y0, float X0, float Y1, float X1) Box(int batch, int i)
        {
            ReadOnlySpan<float> b = boxes.AsSpan(4 * ((batch * count) + i), 4);
            return centered
                ? (b[1] - (b[3] / 2), b[0] - (b[2] / 2), b[1] + (b[3] / 2), b[0] + (b[2] / 2))
                : (Math.Min(b[0], b[2]), Math.Min(b[1], b[3]), Math.Max(b[0], b[2]), Math.Max(b[1], b[3]));
        }
    }

    private static float Overlap((float Y0, float X0, float Y1, float X1) a, (float Y0, float X0, float Y1, float X1) b)
    {
        float common = Math.Max(Math.Min(a.Y1, b.Y1) - Math.Max(a.Y0, b.Y0), 0) * Math.Max(Math.Min(a.X1, b.X1) - Math.Max(a.X0, b.X0), 0);
        float either = ((a.Y1 - a.Y0) * (a.X1 - a.X0)) + ((b.Y1 - b.Y0) * (b.X1 - b.X0)) - common;
        return either <= 0 ? 0 : common / either;
    }
}
