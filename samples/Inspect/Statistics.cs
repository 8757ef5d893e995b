using System.Globalization;
using DeepLearning.Serialization;

namespace DeepLearning.Samples.Inspect;

/// <summary>Facts about the numbers of a tensor; the smallest, the largest and the mean are those of the finite ones.</summary>
public sealed record Statistics(double Least, double Largest, double Mean, long Finite, long NotNumbers, long Infinite)
{
    // Read in pieces, so that a tensor larger than the memory can be looked at.
    private const int Piece = 1 << 20;

    public static Statistics Of(SafetensorsFile file, SafetensorsEntry entry)
    {
        double least = double.PositiveInfinity, largest = double.NegativeInfinity, sum = 0;
        long finite = 0, notNumbers = 0, infinite = 0;
        for (long start = 0; start < entry.Count; start += Piece)
        {
            using TensorScope scope = new();
            foreach (double x in file.ReadElements(entry.Name, start, (int)Math.Min(Piece, entry.Count - start)).ToArray<double>())
            {
                if (double.IsFinite(x))
                {
                    finite++;
                    sum += x;
                    least = Math.Min(least, x);
                    largest = Math.Max(largest, x);
                }
                else if (double.IsNaN(x))
                {
                    notNumbers++;
                }
                else
                {
                    infinite++;
                }
            }
        }

        return new Statistics(least, largest, sum / finite, finite, notNumbers, infinite);
    }

    public override string ToString()
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        string text = Finite == 0 ? "no finite number" : string.Create(culture, $"{Least:g5} to {Largest:g5}, mean {Mean:g5}");
        string notNumbers = NotNumbers > 0 ? string.Create(culture, $", {NotNumbers:n0} NaN") : "";
        return text + notNumbers + (Infinite > 0 ? string.Create(culture, $", {Infinite:n0} infinite") : "");
    }
}
