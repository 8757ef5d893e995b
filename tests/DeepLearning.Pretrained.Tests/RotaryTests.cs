using System.Text.Json;
using DeepLearning.Formats;
using DeepLearning.Models;
using DeepLearning.Pretrained;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Pretrained;

/// <summary>Frequencies of rotary positions by configuration, against those of generate_rotary.py.</summary>
public sealed class RotaryTests
{
    [Fact]
    public void Every_kind_of_scaling_has_the_frequencies_of_its_formula()
    {
        string path = RepositoryFiles.PathOf("tests", "DeepLearning.Pretrained.Tests", "Data", "rotary.json");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(path));
        HashSet<string> kinds = [];
        foreach (JsonElement entry in json.RootElement.EnumerateArray())
        {
            string name = entry.GetProperty("name").GetString()!;
            int length = entry.GetProperty("length").GetInt32();
            ConfigReader config = ConfigReader.Parse(entry.GetProperty("config").GetRawText(), "config.json");
            RotaryFrequencies found = RotaryFrequencies.Read(config, entry.GetProperty("width").GetInt32(), 64, null);
            double[] expected = [.. entry.GetProperty("frequencies").EnumerateArray().Select(static value => value.GetDouble())];
            double[] actual = found.For(length);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.True(Math.Abs(expected[i] - actual[i]) <= 1e-12 * expected[i], $"{name}, length {length}, pair {i}: {actual[i]}");
            }

            Assert.Equal(entry.GetProperty("factor").GetDouble(), found.Factor, 1e-12);
            kinds.Add(name);
        }

        Assert.Equal(16, kinds.Count);
    }

    [Theory]
    [InlineData("""{"rope_type": "dynamic", "factor": 2.0}""")]
    [InlineData("""
        {"rope_type": "longrope", "short_factor": [1, 1.5], "long_factor": [2, 3], "original_max_position_embeddings": 8, "factor": 4}
        """)]
    [InlineData("""{"rope_type": "linear", "factor": 2.0}""")]
    public void Tables_are_those_of_the_length_of_the_text_whatever_was_asked_before(string scaling)
    {
        ConfigReader Config() => ConfigReader.Parse($$"""{"rope_scaling": {{scaling}}}""", "config.json");
        RotaryFrequencies frequencies = RotaryFrequencies.Read(Config(), 4, 8, null);
        Rotary rotary = Rotary.Read(Config(), 4, 8, RotaryLayout.Halves, null);
        foreach (int length in (int[])[3, 8, 9, 9, 40, 8, 10, 100, 2])
        {
            (Tensor cos, Tensor sin) = rotary.At(Tensor.From([0L, length - 1], 1, 2), length - 1);
            double[] expected = frequencies.For(length);
            for (int pair = 0; pair < 2; pair++)
            {
                Assert.Equal(Math.Cos((length - 1) * expected[pair]) * frequencies.Factor, cos[0, 0, 1, pair].Item<float>(), 1e-6);
                Assert.Equal(Math.Sin((length - 1) * expected[pair]) * frequencies.Factor, sin[0, 0, 1, pair].Item<float>(), 1e-6);
                Assert.Equal(frequencies.Factor, cos[0, 0, 0, pair].Item<float>(), 1e-6);
            }
        }
    }

    [Theory]
    [InlineData("""{"rope_type": "proportional"}""", "'proportional' of rotary positions is not supported")]
    [InlineData("""{"rope_type": "ntk", "factor": 2}""", "'ntk' of rotary positions is not supported")]
    [InlineData("""{"rope_type": "dynamic"}""", "factor")]
    [InlineData("""{"rope_type": "dynamic", "factor": 0.5}""", "1 or more")]
    [InlineData("""{"rope_type": "longrope", "short_factor": [1, 1], "factor": 2}""", "long_factor")]
    [InlineData("""{"rope_type": "longrope", "short_factor": [1], "long_factor": [1, 1]}""", "it has 1 numbers; 2, one a pair")]
    [InlineData("""{"rope_type": "longrope", "short_factor": [1, 0], "long_factor": [1, 1]}""", "each above 0")]
    [InlineData("""{"rope_type": "longrope", "short_factor": [1, "a"], "long_factor": [1, 1]}""", "no list of numbers")]
    [InlineData("""{"rope_type": "longrope", "short_factor": [1, 1], "long_factor": [1, 1], "short_mscale": 2}""", "short_mscale")]
    [InlineData("""{"rope_type": "linear", "factor": 2, "mystery": 1}""", "mystery")]
    public void What_is_not_known_is_refused_by_name(string scaling, string problem) => Assert.Contains(problem,
        Assert.Throws<ModelFileException>(() => RotaryFrequencies.Read(
            ConfigReader.Parse($$"""{"rope_scaling": {{scaling}}}""", "config.json"), 4, 8, null)).Message, StringComparison.Ordinal);
}
