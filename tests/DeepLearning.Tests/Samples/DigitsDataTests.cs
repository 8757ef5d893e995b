using System.IO.Compression;
using DeepLearning.Samples.Digits;

namespace DeepLearning.Tests.Samples;

[Trait("Rerun", "Culture")]
public sealed class DigitsDataTests
{
    private static readonly DigitsData Digits = DigitsData.Load(DigitsData.DefaultPath);

    [Fact]
    public void The_data_file_holds_1797_images_of_ten_digits()
    {
        Assert.Equal(1797, Digits.Count);
        Assert.Equal(1797 * 64, Digits.Pixels.Length);
        Assert.Equal(Enumerable.Range(0, DigitsData.Classes), Digits.Labels.Distinct().Order());
        Assert.Equal(0f, Digits.Pixels.Min());
        Assert.Equal(1f, Digits.Pixels.Max());
        Assert.Equal([0f, 0f, 5 / 16f, 13 / 16f, 9 / 16f, 1 / 16f, 0f, 0f], Digits.Image(0)[..8].ToArray());
    }

    [Fact]
    public void The_test_split_is_a_fifth_of_every_digit_and_shares_no_image_with_training()
    {
        (DigitsData training, DigitsData test) = Digits.Split();
        Assert.Equal(Digits.Count, training.Count + test.Count);
        Assert.InRange(test.Count / (double)Digits.Count, 0.195, 0.205);
        for (int digit = 0; digit < DigitsData.Classes; digit++)
        {
            double share = test.Labels.Count(label => label == digit) / (double)Digits.Labels.Count(label => label == digit);
            Assert.InRange(share, 0.19, 0.21);
        }

        HashSet<string> seen = [.. Images(training)];
        Assert.DoesNotContain(Images(test), seen.Contains);
    }

    [Fact]
    public void A_broken_line_is_named()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using (StreamWriter writer = new(new GZipStream(File.Create(path), CompressionMode.Compress)))
            {
                writer.WriteLine("1,2,3");
            }

            InvalidDataException error = Assert.Throws<InvalidDataException>(() => DigitsData.Load(path));
            Assert.Contains("line 1: 3 fields", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static IEnumerable<string> Images(DigitsData data) =>
        Enumerable.Range(0, data.Count).Select(index => string.Join(' ', data.Image(index).ToArray()));
}
