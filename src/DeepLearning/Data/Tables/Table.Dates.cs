namespace DeepLearning.Data;

public sealed partial class Table
{
    /// <summary>
    /// The table with numbers in the place of a column of dates: <c>sold</c> becomes <c>sold_year</c>, <c>sold_month</c> … A date is read
    /// as it is written, whatever the culture and the time zone of the machine; a missing one gives missing numbers.
    /// </summary>
    /// <param name="column">The column of texts.</param>
    /// <param name="parts">What is taken out of the dates.</param>
    /// <param name="format">
    /// How they are written, such as <c>dd.MM.yyyy</c> (.NET's custom formats); null reads 2024-12-31, 2024/12/31 and 20241231, also with a
    /// time and an offset.
    /// </param>
    /// <param name="keep">Whether the column of dates stays, too.</param>
    /// <exception cref="TableException">
    /// There is no such column, it holds numbers, a text is not a date, no part is named, or there is a column of a part's name.
    /// </exception>
    public Table WithDateParts(string column, DateParts parts = DateParts.Date, string? format = null, bool keep = false)
    {
        TextColumn dates = this[column] as TextColumn ?? throw new TableException(
            $"WithDateParts: column '{column}' holds numbers; dates are texts. From a CSV file they come so if Kinds says "
            + "ColumnKind.Text.");
        NumberColumn[] split = DateTexts.Split(dates, parts, format);
        if (split.Length == 0)
        {
            throw new TableException("WithDateParts: no part of the dates is wanted.");
        }

        int position = Position(column);
        return new Table(_columns.SelectMany((old, i) => i != position ? [old] : keep ? (IEnumerable<Column>)[old, .. split] : split));
    }
}
