using System.Text;

namespace DeepLearning.Tokenizers.Files;

internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

internal sealed record SentencePiece(string Text, float Score, PieceKind Kind);

/// <summary>What a SentencePiece <c>.model</c> holds.</summary>
internal sealed class SentencePieceFile
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public List<SentencePiece> Pieces { get; } = [];

    /// <summary>1 for Unigram, 2 for BPE, 3 for words, 4 for characters.</summary>
    public int ModelType { get; private set; } = 1;

    public bool ByteFallback { get; private set; }

    public bool WhitespaceAsSuffix { get; private set; }

    public string UnknownSurface { get; private set; } = " \u2047 ";

    public byte[] CharsMap { get; private set; } = [];

    public bool AddDummyPrefix { get; private set; } = true;

    public bool RemoveExtraWhitespaces { get; private set; } = true;

    public bool EscapeWhitespaces { get; private set; } = true;

    public int UnknownId { get; private set; } = -1;

    public static SentencePieceFile Read(byte[] bytes)
    {
        var file = new SentencePieceFile();
        var reader = new ProtoReader(bytes, 0);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    file.Pieces.Add(Piece(reader.Bytes, reader.Origin));
                    break;
                case 2:
                    file.Trainer(new ProtoReader(reader.Bytes, reader.Origin));
                    break;
                case 3:
                    file.Normalizer(new ProtoReader(reader.Bytes, reader.Origin));
                    break;
            }
        }

        file.UnknownId = file.Pieces.FindIndex(static piece => piece.Kind == PieceKind.Unknown);
        if (file.UnknownId < 0)
        {
            throw new TokenizerException($"SentencePiece file: none of its {file.Pieces.Count} pieces is the unknown one.");
        }

        return file;
    }

    private static SentencePiece Piece(ReadOnlySpan<byte> bytes, int origin)
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        var reader = new ProtoReader(bytes, origin);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    text = Text(reader.Bytes, reader.Origin);
                    break;
                case 2:
                    score = float.IsFinite(reader.Single) ? reader.Single
                        : throw new TokenizerException($"SentencePiece file: the score of the piece at byte {origin} is {reader.Single}.");
                    break;
                case 3:
                    kind = reader.Number is >= 1 and <= 6
                        ? (PieceKind)reader.Number
                        : throw new TokenizerException($"SentencePiece file: a piece of kind {reader.Number} at byte {origin}.");
                    break;
            }
        }

        return text.Length > 0 ? new SentencePiece(text, score, kind)
            : throw new TokenizerException($"SentencePiece file: an empty piece at byte {origin}.");
    }

    private static string Text(ReadOnlySpan<byte> bytes, int origin)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new TokenizerException($"SentencePiece file: the text at byte {origin} is no UTF-8.", error);
        }
    }

    private void Trainer(ProtoReader reader)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    ModelType = (int)Math.Min(reader.Number, 99);
                    break;
                case 24:
                    WhitespaceAsSuffix = reader.Number != 0;
                    break;
                case 35:
                    ByteFallback = reader.Number != 0;
                    break;
                case 44:
                    UnknownSurface = Text(reader.Bytes, reader.Origin);
                    break;
            }
        }
    }

    private void Normalizer(ProtoReader reader)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    CharsMap = reader.Bytes.ToArray();
                    break;
                case 3:
                    AddDummyPrefix = reader.Number != 0;
                    break;
                case 4:
                    RemoveExtraWhitespaces = reader.Number != 0;
                    break;
                case 5:
                    EscapeWhitespaces = reader.Number != 0;
                    break;
            }
        }
    }
}
