using DeepLearning.Tokenizers.Models;
using DeepLearning.Tokenizers.Text;
using DeepLearning.Tokenizers.Unicode;

namespace DeepLearning.Tokenizers.PreTokenizers;

/// <summary>SentencePiece's user-defined pieces stand alone before merges begin. It belongs to a <c>.model</c> file.</summary>
public sealed class UserDefinedPieces : PreTokenizer
{
    private readonly CharTrie _pieces;

    internal UserDefinedPieces(CharTrie pieces) => _pieces = pieces;

    /// <inheritdoc/>
    public override string ToString() => nameof(UserDefinedPieces);

    internal override void Apply(WorkingText text) => text.Cut((source, piece, to) =>
    {
        var span = source[piece];
        var start = 0;
        for (var i = 0; i < span.Length;)
        {
            var found = _pieces.Longest(span[i..], out var id);
            if (found > 0)
            {
                to.Add(new Piece(piece.Start + start, piece.Start + i));
                to.Add(new Piece(piece.Start + i, piece.Start + i + found, id));
                i += found;
                start = i;
                continue;
            }

            CodePoints.At(span, i, out var length);
            i += length;
        }

        to.Add(new Piece(piece.Start + start, piece.End));
    });
}
