## A schedule that cannot be kept
digest-zone-unknown = This time zone is not clear. Pick one of the suggestions while typing, or write it like "Tokyo" or "Asia/Tokyo".
digest-cron-unclear = { $field ->
    [minute] The minute, the first of the five fields, is a number from 0 to 59
    [hour] The hour, the second of the five fields, is made of numbers from 0 to 23
    [day-of-month] The day of the month, the third of the five fields, is made of numbers from 1 to 31, or L for the last day
    [month] The month, the fourth of the five fields, is made of numbers from 1 to 12, or names such as JAN
    [day-of-week] The weekday, the last of the five fields, is made of numbers from 0 (Sunday) to 7 (Sunday again), or names such as MON
   *[other] A schedule in cron has five fields: minute, hour, day, month, weekday
 }. For example, `0 9 * * 1-5` is 9:00 from Monday to Friday.
digest-cron-never = These days do not exist in any year, so it would never come. For example, `0 9 L * *` is 9:00 on the last day of each month.
digest-cron-often = A digest can come once an hour at most, so please give a single minute. For example, `0 * * * *` is every hour on the hour.
