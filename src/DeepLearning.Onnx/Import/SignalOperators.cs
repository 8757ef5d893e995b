using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx.Import;

/// <summary>Fourier transforms and windows. A complex number is an axis of two at the end.</summary>
internal static class SignalOperators
{
    public static void Add(Operators to)
    {
        to.Add("DFT", static c => Dft(c, c.Axis("axis", 1, c[0].Rank)));
        to.Add("DFT", 20, static c => Dft(c, c.Has(2) ? Call.Axis(c.Number(2), c[0].Rank) : c[0].Rank - 2));
        to.Add("STFT", Stft);
        to.Add("HannWindow", static c => Window(c, 0.5, 0.5, 0));
        to.Add("HammingWindow", static c => Window(c, 25.0 / 46, 21.0 / 46, 0));
        to.Add("BlackmanWindow", static c => Window(c, 0.42, 0.5, 0.08));
        to.Add("MelWeightMatrix", MelWeightMatrix);
    }

    private static Value Window(Call c, double a, double b, double d)
    {
        int length = Call.Small(c.Number(0), "a length");
        Limits.Check([Math.Max(length, 0)]);
        double period = c.Flag("periodic", true) ? length : length - 1;
        double[] window = new double[length];
        for (int i = 0; i < length; i++)
        {
            double turn = 2 * Math.PI * i / period;
            window[i] = a - (b * Math.Cos(turn)) + (d * Math.Cos(2 * turn));
        }

        return Call.As(Tensor.From(window), ElementTypes.From((int)c.Int("output_datatype", (long)DataType.Float)));
    }

    private static Value Dft(Call c, int axis)
    {
        Tensor x = c[0];
        bool inverse = c.Flag("inverse"), oneSided = c.Flag("onesided");
        int length = c.Has(1) ? Call.Small(c.Number(1), "the length")
            : inverse && oneSided ? 2 * (x.Size(axis) - 1)
            : x.Size(axis);
        return c.Keep(0, Transformed(x, axis, length, inverse, oneSided));
    }

    /// <summary>A transform along an axis, as products with matrices of cosines and sines.</summary>
    private static Tensor Transformed(Tensor x, int axis, int length, bool inverse, bool oneSided)
    {
        Limits.Check([Math.Max(length, 0), Math.Max(length, 0)]);
        int half = (length / 2) + 1;
        Tensor real = x.Select(-1, 0).MoveAxis(axis, -1);
        Tensor? imaginary = x.Size(-1) == 2 ? x.Select(-1, 1).MoveAxis(axis, -1) : null;
        if (inverse && oneSided)
        {
            // The other half is the first one's mirror image.
            (real, imaginary) = (Fitted(real, half), imaginary is null ? null : Fitted(imaginary, half));
            Tensor mirrored = Tensor.From([.. Enumerable.Range(0, length).Select(i => (long)(i < half ? i : length - i))]);
            double[] signs = [.. Enumerable.Range(0, length).Select(i => i < half ? 1.0 : -1)];
            real = real.IndexSelect(-1, mirrored);
            imaginary = imaginary?.IndexSelect(-1, mirrored).Multiply(Tensor.From(signs).To(x.DType));
        }
        else
        {
            (real, imaginary) = (Fitted(real, length), imaginary is null ? null : Fitted(imaginary, length));
        }

        int outputs = oneSided && !inverse ? half : length;
        double[] cosines = new double[length * outputs], sines = new double[length * outputs];
        for (int i = 0; i < length; i++)
        {
            for (int k = 0; k < outputs; k++)
            {
                double turn = 2 * Math.PI * ((long)i * k % length) / length;
                (cosines[(i * outputs) + k], sines[(i * outputs) + k]) = (Math.Cos(turn), Math.Sin(turn) * (inverse ? 1 : -1));
            }
        }

        Tensor c = Tensor.From(cosines, length, outputs).To(x.DType), s = Tensor.From(sines, length, outputs).To(x.DType);
        Tensor re = real.MatMul(c), im = real.MatMul(s);
        if (imaginary is not null)
        {
            (re, im) = (re.Subtract(imaginary.MatMul(s)), im.Add(imaginary.MatMul(c)));
        }

        (re, im) = inverse ? (re.Divide(length), im.Divide(length)) : (re, im);
        re = re.MoveAxis(-1, axis);
        return inverse && oneSided ? re.Unsqueeze(-1) : Tensor.Stack([re, im.MoveAxis(-1, axis)], -1);
    }

    /// <summary>The last axis cut, or continued with zeros.</summary>
    private static Tensor Fitted(Tensor x, int length) => x.Size(-1) == length ? x : x.Pad([0, length - x.Size(-1)]);

    private static Value Stft(Call c)
    {
        Tensor x = c[0];
        int step = Call.Small(c.Number(1), "the step");
        x = x.Rank == 2 ? x.Unsqueeze(-1) : x;
        int frame = c.Has(3) ? Call.Small(c.Number(3), "the length of a frame") : c[2].Size(0);
        if (step < 1 || frame < 1 || frame > x.Size(1))
        {
            throw new OnnxException($"frames of {frame} every {step} do not fit a signal of {x.Size(1)}.");
        }

        Tensor frames = x.Unfold(1, frame, step).Transpose(2, 3);
        frames = c.Has(2) ? frames.Multiply(c[2].To(x.DType).Reshape(-1, 1)) : frames;
        return c.Keep(0, Transformed(frames, 2, frame, false, c.Flag("onesided", true)));
    }

    private static Value MelWeightMatrix(Call c)
    {
        int bins = Call.Small(c.Number(0), "the number of bins"), length = Call.Small(c.Number(1), "the length");
        double rate = c.Number(2), low = c[3].To(DType.Float64).Reshape([]).Item<double>(),
            high = c[4].To(DType.Float64).Reshape([]).Item<double>();
        int spectrum = (length / 2) + 1;
        Limits.Check([spectrum, bins]);
        double Mel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));
        double first = Mel(low), step = (Mel(high) - first) / (bins + 2);
        int[] edges = [.. Enumerable.Range(0, bins + 2).Select(
            i => (int)Math.Floor((length + 1) * (700 * (Math.Pow(10, ((i * step) + first) / 2595) - 1)) / rate))];
        double[] matrix = new double[spectrum * bins];
        for (int bin = 0; bin < bins; bin++)
        {
            (int lower, int center, int upper) = (edges[bin], edges[bin + 1], edges[bin + 2]);
            for (int i = lower; i <= center; i++)
            {
                Put(i, bin, center == lower ? 1 : (double)(i - lower) / (center - lower));
            }

            for (int i = center; i < upper; i++)
            {
                Put(i, bin, (double)(upper - i) / (upper - center));
            }
        }

        return Call.As(
            Tensor.From(matrix, spectrum, bins), ElementTypes.From((int)c.Int("output_datatype", (long)DataType.Float)));

        void Put(int row, int bin, double weight)
        {
            if (row >= 0 && row < spectrum)
            {
                matrix[(row * bins) + bin] = weight;
            }
        }
    }
}
