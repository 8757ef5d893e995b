using System.Text;
using DeepLearning.Tokenizers.Files;

namespace DeepLearning.Tokenizers;

public sealed partial class Tokenizer
{
    /// <summary>Reads a <c>tokenizer.json</c>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="TokenizerException">The file is none, or has a part that is not known; the message names the place.</exception>
    public static Tokenizer FromFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return TokenizerReader.Read(File.ReadAllBytes(path));
    }

    /// <summary>Reads the text of a <c>tokenizer.json</c>.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="TokenizerException">The text is none, or has a part that is not known; the message names the place.</exception>
    public static Tokenizer FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return TokenizerReader.Read(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>Reads a tiktoken file: byte pair encoding by ranks.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encoding">The pattern and the special tokens, such as <see cref="TiktokenEncoding.Cl100kBase"/>.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="TokenizerException">The file is none; the message names the line.</exception>
    public static Tokenizer FromTiktoken(string path, TiktokenEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(encoding);
        return TiktokenLoader.Load(File.ReadAllBytes(path), encoding);
    }

    /// <summary>Reads a SentencePiece model: Unigram or BPE. It encodes as SentencePiece itself does, not as its conversions do.</summary>
    /// <param name="path">The <c>.model</c> file.</param>
    /// <param name="addBeginning">Whether <c>&lt;s&gt;</c> is put before a text.</param>
    /// <param name="addEnd">Whether <c>&lt;/s&gt;</c> is put behind a text.</param>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="TokenizerException">The file is none, or is of a kind that is not known.</exception>
    public static Tokenizer FromSentencePiece(string path, bool addBeginning = false, bool addEnd = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        return SentencePieceLoader.Load(File.ReadAllBytes(path), addBeginning, addEnd);
    }
}
