using System.Security.Cryptography;
using System.Text.Json;

namespace DeepLearning.Workloads;

/// <summary>A hash of the bits that a workload computes: equal for two builds that compute the same.</summary>
internal static class Fingerprint
{
    public static string Of(string name)
    {
        Generator.Default.ManualSeed(1);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor result in Catalog.Create(name).Results())
        {
            // Every element type of the workloads fits exactly, and a NaN keeps being one.
            foreach (double element in result.ToArray<double>())
            {
                hash.AppendData(BitConverter.GetBytes(element));
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }

    public static string ToJson(string name) => JsonSerializer.Serialize(new { workload = name, bits = Of(name) });
}
