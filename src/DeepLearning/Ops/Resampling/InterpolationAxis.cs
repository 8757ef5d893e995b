using System.Numerics;
using DeepLearning.Backends;

namespace DeepLearning;

/// <summary>
/// The neighbors and weights of each output along one axis, in the arithmetic of the element type, whose rounding decides between two
/// neighbors in PyTorch as well.
/// </summary>
internal static class InterpolationAxis
{
    /// <summary>An axis by a mode.</summary>
    /// <param name="source">The axis' length.</param>
    /// <param name="outputs">Its new length.</param>
    /// <param name="factor">The factor that was asked for; null to take that of the lengths.</param>
    /// <param name="mode">What weighs the neighbors.</param>
    /// <param name="alignCorners">Whether the outer elements lie on the outer elements, not the edges on the edges.</param>
    /// <param name="antialias">Whether a shrinking axis takes all that it passes over into account.</param>
    public static ResampleAxis Of<T>(
        int source, int outputs, double? factor, InterpolationMode mode, bool alignCorners, bool antialias)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T scale = alignCorners
            ? outputs > 1 ? T.CreateChecked(source - 1) / T.CreateChecked(outputs - 1) : T.Zero
            : factor is { } given ? T.CreateChecked(1 / given) : T.CreateChecked(source) / T.CreateChecked(outputs);
        if (antialias)
        {
            return source == outputs
                ? ResampleAxis.Same(source)
                : Antialiased(source, outputs, scale, mode == InterpolationMode.Bicubic);
        }

        return mode switch
        {
            InterpolationMode.Nearest => Nearest(source, outputs, i => scale * T.CreateChecked(i)),
            InterpolationMode.NearestExact =>
                Nearest(source, outputs, i => Place(scale, i, alignCorners: false) + T.CreateChecked(0.5)),
            InterpolationMode.Bicubic => Cubic(source, outputs, scale, alignCorners),
            _ => source == outputs ? ResampleAxis.Same(source) : Linear(source, outputs, scale, alignCorners),
        };
    }

    /// <summary>
    /// An axis of a small image by its nearest neighbors. PyTorch has a kernel of its own for images of at most 128 rows and columns
    /// together: it computes in float32 whatever the type, and a length that stays or doubles needs no factor.
    /// </summary>
    public static ResampleAxis OfSmall(int source, int outputs, double? factor, bool exact)
    {
        float scale = factor is { } given ? (float)(1 / given) : (float)source / outputs;
        return exact ? Nearest(source, outputs, i => (i + 0.5f) * scale)
            : source == outputs ? ResampleAxis.Same(source)
            : Nearest(source, outputs, i => outputs == 2 * source ? i / 2 : i * scale);
    }

    private static int NearestSource<T>(T place, int source)
        where T : IBinaryFloatingPointIeee754<T> => Math.Min(Floor(place), source - 1);

    private static ResampleAxis Nearest<T>(int source, int outputs, Func<int, T> place)
        where T : IBinaryFloatingPointIeee754<T> =>
        ResampleAxis.Of(source, outputs, 1, (i, weights) =>
        {
            weights[0] = 1;
            return NearestSource(place(i), source);
        });

    private static ResampleAxis Linear<T>(int source, int outputs, T scale, bool alignCorners)
        where T : IBinaryFloatingPointIeee754<T> =>
        ResampleAxis.Of(source, outputs, 2, (i, weights) =>
        {
            T place = Place(scale, i, alignCorners);
            place = place < T.Zero ? T.Zero : place;
            int first = NearestSource(place, source);
            T part = T.Clamp(place - T.CreateChecked(first), T.Zero, T.One);
            (weights[0], weights[1]) = (double.CreateChecked(T.One - part), double.CreateChecked(part));
            return first;
        });

    private static ResampleAxis Cubic<T>(int source, int outputs, T scale, bool alignCorners)
        where T : IBinaryFloatingPointIeee754<T> =>
        ResampleAxis.Of(source, outputs, 4, (i, weights) =>
        {
            T place = Place(scale, i, alignCorners);
            int first = NearestSource(place, source);
            double part = double.CreateChecked(T.Clamp(place - T.CreateChecked(first), T.Zero, T.One)), rest = 1 - part;
            weights[0] = CubicWeight.Far(part + 1);
            weights[1] = CubicWeight.Near(part);
            weights[2] = CubicWeight.Near(rest);
            weights[3] = CubicWeight.Far(rest + 1);
            return first - 1;
        });

    /// <summary>A filter as wide as the distance between outputs, as Pillow has it; its weights make 1.</summary>
    private static ResampleAxis Antialiased<T>(int source, int outputs, T scale, bool cubic)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T half = T.CreateChecked(0.5), width = T.Max(scale, T.One), support = (cubic ? T.CreateChecked(2) : T.One) * width;
        (int, double[])[] all = new (int, double[])[outputs];
        for (int i = 0; i < outputs; i++)
        {
            T center = scale * (T.CreateChecked(i) + half);
            int first = Math.Max(int.CreateTruncating(center - support + half), 0);
            int end = Math.Min(int.CreateTruncating(center + support + half), source);
            double[] weights = new double[Math.Max(end - first, 0)];
            double total = 0;
            for (int k = 0; k < weights.Length; k++)
            {
                double distance = double.CreateChecked(T.Abs((T.CreateChecked(first + k) - center + half) / width));
                weights[k] = cubic ? CubicWeight.Pillow(distance) : Math.Max(1 - distance, 0);
                total += weights[k];
            }

            all[i] = (first, total == 0 ? weights : Array.ConvertAll(weights, w => w / total));
        }

        return ResampleAxis.Of(source, all);
    }

    private static T Place<T>(T scale, int output, bool alignCorners)
        where T : IBinaryFloatingPointIeee754<T>
    {
        T half = T.CreateChecked(0.5);
        return alignCorners
            ? scale * T.CreateChecked(output)
            : T.FusedMultiplyAdd(scale, T.CreateChecked(output) + half, -half);
    }

    // PyTorch rounds down what it has rounded to float32 before.
    private static int Floor<T>(T place)
        where T : IBinaryFloatingPointIeee754<T> => (int)MathF.Floor(float.CreateChecked(place));
}

/// <summary>The cubic convolution of Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = −3/4.</summary>
internal static class CubicWeight
{
    /// <summary>The weight of a neighbor at a distance from 0 to 1: ((a + 2) x − (a + 3)) x² + 1.</summary>
    public static double Near(double x, double a = -0.75) => ((((a + 2) * x) - (a + 3)) * x * x) + 1;

    /// <summary>The weight of a neighbor at a distance from 1 to 2: ((a x − 5 a) x + 8 a) x − 4 a.</summary>
    public static double Far(double x, double a = -0.75) => (((((a * x) - (5 * a)) * x) + (8 * a)) * x) - (4 * a);

    /// <summary>The weight at any distance with a = −1/2, as Pillow has it.</summary>
    public static double Pillow(double x) => x < 1 ? Near(x, -0.5) : x < 2 ? Far(x, -0.5) : 0;
}
