using DeepLearning.Tokenizers.Files;
using DeepLearning.Tokenizers.Text;

namespace DeepLearning.Tokenizers.PreTokenizers;

/// <summary>Cuts a text into the words that the model takes one by one. The kinds are those of <c>tokenizer.json</c>.</summary>
public abstract class PreTokenizer
{
    private protected PreTokenizer()
    {
    }

    /// <summary>The words of a text and where they came from, in UTF-16 units.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The words in order.</returns>
    public IReadOnlyList<(string Word, int Start, int End)> PreTokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var working = new WorkingText();
        working.Reset(text);
        Apply(working);
        var words = new List<(string Word, int Start, int End)>();
        foreach (var piece in working.Pieces)
        {
            if (piece.Start < piece.End)
            {
                var (start, end) = working.Source(piece.Start, piece.End);
                words.Add((working[piece].ToString(), start, end));
            }
        }

        return words;
    }

    /// <summary>The part as it is written in <c>tokenizer.json</c>.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => ComponentWriter.Print(this, ComponentWriter.Write);

    internal abstract void Apply(WorkingText text);
}

/// <summary>Several one after the other: <c>Sequence</c>.</summary>
/// <param name="preTokenizers">The parts in order.</param>
public sealed class PreTokenizerSequence(params IReadOnlyList<PreTokenizer> preTokenizers) : PreTokenizer
{
    /// <summary>The parts in order.</summary>
    public IReadOnlyList<PreTokenizer> PreTokenizers { get; } = [.. preTokenizers];

    internal override void Apply(WorkingText text)
    {
        foreach (var preTokenizer in PreTokenizers)
        {
            preTokenizer.Apply(text);
        }
    }
}
