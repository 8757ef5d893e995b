namespace DeepLearning.Data.Csv;

/// <summary>Finds out what separates the cells of a file.</summary>
internal static class DelimiterSearch
{
    private const int MaxLines = 20;

    /// <summary>
    /// The candidate that the first lines have equally often, and if there are several, the most often; the comma if there is none.
    /// </summary>
    public static char Find(string text, CsvOptions options)
    {
        (char Best, int Agreeing, int Count) best = (',', 0, 0);
        foreach (char candidate in ",;\t|")
        {
            if (candidate == options.Quote || candidate == options.Comment || (candidate == ',' && options.DecimalComma))
            {
                continue;
            }

            List<int> counts = Counts(text, candidate, options);
            int count = counts.Count > 0 ? counts[0] : 0, agreeing = count == 0 ? 0 : counts.Count(n => n == count);
            if (agreeing > best.Agreeing || (agreeing == best.Agreeing && count > best.Count))
            {
                best = (candidate, agreeing, count);
            }
        }

        return best.Agreeing == 0 && options.DecimalComma ? ';' : best.Best;
    }

    /// <summary>How often the candidate stands in each of the first lines, outside quotes.</summary>
    private static List<int> Counts(string text, char candidate, CsvOptions options)
    {
        List<int> counts = [];
        bool isQuoted = false, isComment = false;
        int count = 0, length = 0;
        foreach (char c in text)
        {
            isComment |= length == 0 && c == options.Comment;
            if (c == options.Quote)
            {
                isQuoted = !isQuoted && !isComment;
            }

            if (c is '\r' or '\n' && !isQuoted)
            {
                if (length > 0 && !isComment)
                {
                    counts.Add(count);
                }

                (count, length, isComment) = (0, 0, false);
                if (counts.Count == MaxLines)
                {
                    return counts;
                }
            }
            else
            {
                length++;
                count += c == candidate && !isQuoted ? 1 : 0;
            }
        }

        if (length > 0 && !isComment && counts.Count == 0)
        {
            counts.Add(count);
        }

        return counts;
    }
}
