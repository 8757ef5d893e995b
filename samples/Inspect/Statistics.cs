using System.Globalization;

namespace DeepLearning.Samples.Inspect;

/// <summary>Facts about the numbers of a tensor; the smallest, the largest and the mean are those of the finite ones.</summary>
public sealed record Statistics(double Least, double Largest, double Mean, long Finite, long NotNumbers, long Infinite)
{
    public static Statistics Of(Item item)
    {
        double least = double.PositiveInfinity, largest = double.NegativeInfinity, sum = 0;
        long finite = 0, notNumbers = 0, infinite = 0;
        foreach (double[] piece in item.Pieces())
        {
            foreach (double x in piece)
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
