using System.Text;
using System.Text.Json;

namespace DeepLearning.Workloads;

/// <summary>
/// Numbers that both sides compute by themselves, so that a recorded reference needs no weights: <c>peers/torch_recorded.py</c> has the
/// same formula. Number i of a value is made of 24 bits of SplitMix64 (Steele et al. 2014), started by an FNV-1a hash of the value's name.
/// </summary>
/// <param name="reference">The record, which says what the inputs are.</param>
internal sealed class StartOfFormula(JsonElement reference) : Start
{
    private const float UnitVariance = 1.7320508f;

    /// <summary>The start of a workload that <c>peers/recorded</c> has a record of.</summary>
    public static StartOfFormula Recorded(string workload)
    {
        string file = Path.Combine(Programs.PeersFolder(), "recorded", workload + ".json");
        return File.Exists(file)
            ? new StartOfFormula(JsonElement.Parse(File.ReadAllBytes(file)))
            : throw new FileNotFoundException($"No record of {workload}: {file} is missing; write it with torch_recorded.py.");
    }

    public override JsonElement Reference => reference;

    /// <summary>A matrix has the spread of a layer's usual start; a vector is near 1 (a scale) or near 0.</summary>
    public override Tensor State(string key, Tensor own, bool isParameter)
    {
        if (!isParameter)
        {
            return own;
        }

        if (own.Rank >= 2)
        {
            float spread = (float)(1 / Math.Sqrt(own.Count / own.Size(0)));
            return Values(key, own.Shape, bits => Centered(bits) * spread);
        }

        float middle = key.EndsWith(".weight", StringComparison.Ordinal) ? 1 : 0;
        return Values(key, own.Shape, bits => middle + (Centered(bits) * 0.125f));
    }

    public override Tensor Input(string name, Tensor own)
    {
        JsonElement input = reference.GetProperty("inputs").GetProperty(name);
        string key = $"input.{name}";
        switch (input.GetProperty("kind").GetString())
        {
            case "given":
                return own;
            case "unit":
                return Values(key, own.Shape, static bits => bits / (float)(1 << 24));
            case "centered":
                return Values(key, own.Shape, static bits => Centered(bits) * UnitVariance);
            default:
                uint below = input.GetProperty("below").GetUInt32();
                return Values(key, own.Shape, bits => (long)(bits % below));
        }
    }

    public override Tensor Noise(int step, int index, Shape shape) =>
        Values($"noise.{step}.{index}", shape, static bits => Centered(bits) * UnitVariance);

    /// <summary>24 bits as a number of [−1, 1), exactly.</summary>
    private static float Centered(uint bits) => (bits / (float)(1 << 23)) - 1;

    private static Tensor Values<T>(string key, Shape shape, Func<uint, T> number)
        where T : unmanaged
    {
        ulong start = 0xcbf29ce484222325;
        foreach (byte letter in Encoding.UTF8.GetBytes(key))
        {
            start = unchecked((start ^ letter) * 0x100000001b3);
        }

        T[] values = new T[shape.Count];
        for (int i = 0; i < values.Length; i++)
        {
            ulong z = unchecked(start + ((ulong)(i + 1) * 0x9e3779b97f4a7c15));
            z = unchecked((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9);
            z = unchecked((z ^ (z >> 27)) * 0x94d049bb133111eb);
            values[i] = number((uint)((z ^ (z >> 31)) >> 40));
        }

        return Tensor.From(values, shape.ToArray());
    }
}
