namespace DeepLearning.Data;

/// <summary>What can be taken out of a date (<see cref="Table.WithDateParts"/>); several are joined by |.</summary>
[Flags]
public enum DateParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The year.</summary>
    Year = 1,

    /// <summary>The quarter, 1 to 4.</summary>
    Quarter = 1 << 1,

    /// <summary>The month, 1 to 12.</summary>
    Month = 1 << 2,

    /// <summary>The week of ISO 8601, 1 to 53; its first has the year's first Thursday.</summary>
    Week = 1 << 3,

    /// <summary>The day of the month, 1 to 31.</summary>
    Day = 1 << 4,

    /// <summary>The day of the year, 1 to 366.</summary>
    DayOfYear = 1 << 5,

    /// <summary>The day of the week of ISO 8601: Monday 1 to Sunday 7.</summary>
    Weekday = 1 << 6,

    /// <summary>The hour, 0 to 23.</summary>
    Hour = 1 << 7,

    /// <summary>The minute, 0 to 59.</summary>
    Minute = 1 << 8,

    /// <summary>The second with its fraction, 0 to less than 60.</summary>
    Second = 1 << 9,

    /// <summary>Year, month, day and weekday.</summary>
    Date = Year | Month | Day | Weekday,

    /// <summary>Hour, minute and second.</summary>
    Time = Hour | Minute | Second,
}
