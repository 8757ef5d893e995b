using System.Globalization;
using System.IO.Compression;

namespace DeepLearning.Samples.Digits;

/// <summary>The UCI handwritten digits (data/README.md) and their fixed split into training and test images.</summary>
/// <param name="Pixels">8×8 pixels an image, row by row, one image after the other; 0 is paper, 1 is ink.</param>
/// <param name="Labels">The digit that each image shows.</param>
public sealed record DigitsData(float[] Pixels, int[] Labels)
{
    /// <summary>Height and width of an image.</summary>
    public const int Side = 8;

    /// <summary>Number of digits.</summary>
    public const int Classes = 10;

    private const int PixelsAnImage = Side * Side;
    private const float Ink = 16f;
    private const int OneTestImageIn = 5;

    /// <summary>Number of images.</summary>
    public int Count => Labels.Length;

    /// <summary>Where the build puts the data file.</summary>
    public static string DefaultPath => Path.Combine(AppContext.BaseDirectory, "data", "digits.csv.gz");

    /// <summary>Reads the images.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line of the file is not an image and its label.</exception>
    public static DigitsData Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no {path}. The data is shipped in samples/Digits/data, and the build copies it there: build the sample again.",
                    path);
        }

        using FileStream file = File.OpenRead(path);
        return Read(file, path);
    }

    /// <summary>Reads the images from a stream.</summary>
    /// <exception cref="InvalidDataException">A line is not an image and its label.</exception>
    public static DigitsData Read(Stream file, string name)
    {
        using GZipStream lines = new(file, CompressionMode.Decompress);
        using StreamReader reader = new(lines);
        List<float> pixels = [];
        List<int> labels = [];
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(',');
            if (fields.Length != PixelsAnImage + 1)
            {
                throw new InvalidDataException(
                    $"{name}, line {labels.Count + 1}: {fields.Length} fields, not {PixelsAnImage} pixels and a label.");
            }

            pixels.AddRange(fields.Take(PixelsAnImage).Select(field => float.Parse(field, CultureInfo.InvariantCulture) / Ink));
            labels.Add(int.Parse(fields[^1], CultureInfo.InvariantCulture));
        }

        return new DigitsData([.. pixels], [.. labels]);
    }

    /// <summary>The pixels of one image.</summary>
    public ReadOnlySpan<float> Image(int index) => Pixels.AsSpan(index * PixelsAnImage, PixelsAnImage);

    /// <summary>
    /// Sets a fifth of the images of every digit aside for the test: the same ones in every run, whatever the seed.
    /// </summary>
    public (DigitsData Training, DigitsData Test) Split()
    {
        int[] seen = new int[Classes];
        ILookup<bool, int> isTest = Enumerable.Range(0, Count).ToLookup(index => seen[Labels[index]]++ % OneTestImageIn == 0);
        return (Select(isTest[false]), Select(isTest[true]));
    }

    private DigitsData Select(IEnumerable<int> chosen)
    {
        int[] indices = [.. chosen];
        return new DigitsData(
            [.. indices.SelectMany(index => Image(index).ToArray())],
            [.. indices.Select(index => Labels[index])]);
    }
}
