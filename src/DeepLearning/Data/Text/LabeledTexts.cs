using System.Text;

namespace DeepLearning.Data;

/// <summary>Texts with classes: a file per class with a text on each line, or a sub-folder per class with a text in each file.</summary>
public sealed class LabeledTexts : IDataset<LabeledText>, IDisposable
{
    private static readonly UTF8Encoding _strict = new(false, throwOnInvalidBytes: true);

    private readonly int[] _labels;
    private readonly Func<int, string> _read;
    private readonly IReadOnlyList<IDisposable> _open;

    private LabeledTexts(string[] classNames, int[] labels, Func<int, string> read, IReadOnlyList<IDisposable> open)
    {
        ClassNames = classNames;
        _labels = labels;
        _read = read;
        _open = open;
    }

    /// <summary>What the classes are called, by number.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The class of every text, without reading any; what a stratified split needs.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public override string ToString() => $"LabeledTexts: {Count} texts of {ClassNames.Count} classes ({string.Join(", ", ClassNames)})";

    /// <summary>One text and its class.</summary>
    /// <param name="index">Its position.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    /// <exception cref="InvalidDataException">A file is not UTF-8, or was changed.</exception>
    public LabeledText this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return new LabeledText(_read(index), _labels[index]);
        }
    }

    /// <summary>A file per class, a text per line; empty lines are left out.</summary>
    /// <param name="classes">The name of each class and its file; the first is class 0.</param>
    /// <param name="encoding">UTF-8 when null; else as of <see cref="TextLines"/>.</param>
    /// <exception cref="ArgumentException">There is not a class.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is not UTF-8, or a file has no text.</exception>
    public static LabeledTexts FromLines(ReadOnlySpan<(string Name, string Path)> classes, Encoding? encoding = null)
    {
        if (classes.Length == 0)
        {
            throw new ArgumentException("LabeledTexts.FromLines: give at least one class.", nameof(classes));
        }

        List<TextLines> files = [];
        List<int> labels = [], lines = [];
        string[] names = new string[classes.Length];
        try
        {
            for (int label = 0; label < classes.Length; label++)
            {
                names[label] = classes[label].Name;
                TextLines file = new(classes[label].Path, skipEmpty: true, encoding);
                files.Add(file);
                CheckAny(file.Count, file.FileName, "no text");
                labels.AddRange(Enumerable.Repeat(label, file.Count));
                lines.AddRange(Enumerable.Range(0, file.Count));
            }
        }
        catch
        {
            files.ForEach(static file => file.Dispose());
            throw;
        }

        return new LabeledTexts(names, [.. labels], index => files[labels[index]][lines[index]], files);
    }

    /// <summary>
    /// A sub-folder per class, a text per file; the classes are in the order of the folders' names, the texts in that of the files'.
    /// </summary>
    /// <param name="folder">The folder of the classes' folders.</param>
    /// <param name="pattern">Which files are texts.</param>
    /// <param name="encoding">The files' encoding where they have no byte order mark; UTF-8 when null, which is checked.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder has no sub-folder, or one of them no file of that pattern.</exception>
    public static LabeledTexts FromFolders(string folder, string pattern = "*.txt", Encoding? encoding = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        string[] folders = Directory.GetDirectories(folder);
        Array.Sort(folders, StringComparer.Ordinal);
        CheckAny(folders.Length, folder, "no sub-folder; one per class is wanted");
        List<string> paths = [];
        List<int> labels = [];
        for (int label = 0; label < folders.Length; label++)
        {
            string[] files = Directory.GetFiles(folders[label], pattern);
            Array.Sort(files, StringComparer.Ordinal);
            CheckAny(files.Length, folders[label], $"no file {pattern}");
            paths.AddRange(files);
            labels.AddRange(Enumerable.Repeat(label, files.Length));
        }

        string[] names = [.. folders.Select(static f => Path.GetFileName(f))];
        return new LabeledTexts(names, [.. labels], index => Read(paths[index], encoding ?? _strict), []);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (IDisposable file in _open)
        {
            file.Dispose();
        }
    }

    private static void CheckAny(int count, string name, string lack)
    {
        if (count == 0)
        {
            throw new InvalidDataException($"{name} has {lack}.");
        }
    }

    private static string Read(string path, Encoding encoding)
    {
        try
        {
            return File.ReadAllText(path, encoding);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{path}: not {encoding.WebName}; give the file's encoding, or convert the file.", e);
        }
    }
}
